import claudepool.api.BudgetApi;
import claudepool.api.ChainsApi;
import claudepool.api.ContextApi;
import claudepool.api.FanOutsApi;
import claudepool.api.PoolApi;
import claudepool.api.SlotsApi;
import claudepool.api.TasksApi;
import claudepool.client.ApiClient;
import claudepool.client.ApiException;
import claudepool.client.ApiResponse;
import claudepool.model.BudgetChange;
import claudepool.model.ChainSpec;
import claudepool.model.ChainView;
import claudepool.model.ContextValue;
import claudepool.model.Effort;
import claudepool.model.FailurePolicy;
import claudepool.model.FanOutSpec;
import claudepool.model.FanOutView;
import claudepool.model.Fields;
import claudepool.model.FlowState;
import claudepool.model.LedgerEntry;
import claudepool.model.LedgerEntryKind;
import claudepool.model.PageTaskItem;
import claudepool.model.PoolState;
import claudepool.model.Problem;
import claudepool.model.ProblemCode;
import claudepool.model.QueuedTaskPatch;
import claudepool.model.RunResult;
import claudepool.model.Scale;
import claudepool.model.SlotSettings;
import claudepool.model.SlotView;
import claudepool.model.SpendDimension;
import claudepool.model.StepSpec;
import claudepool.model.TaskConfig;
import claudepool.model.TaskSpec;
import claudepool.model.TaskState;
import claudepool.model.TaskView;
import claudepool.model.WaitSpec;
import claudepool.model.WaitSpecFor;
import claudepool.model.WaitingReason;
import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What README and docs/api.md show, by a client that is made of openapi.yaml. Arguments: the address and the token. */
public final class ReadmeCalls {

    private final ApiClient client = new ApiClient();

    private ReadmeCalls(String address, String token) {
        client.updateBaseUri(address);
        client.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + token));
    }

    public static void main(String[] args) throws ApiException {
        ReadmeCalls calls = new ReadmeCalls(args[0], args[1]);
        UUID task = calls.tasks();
        calls.flows();
        calls.money(task);
        calls.administration();
    }

    private UUID tasks() throws ApiException {
        TasksApi tasks = new TasksApi(client);
        RunResult run = tasks.runTask(new TaskSpec().prompt("Say hello"), "PT1M", null);
        verify(run.getOutput().equals("echo: Say hello") && run.getSpentUsd().signum() > 0, "a task runs");

        TaskSpec review = new TaskSpec()
                .prompt("Review the build")
                .tags(List.of("nightly"))
                .metadata(Map.of("commit", "1f2e3d"))
                .maxBudgetUsd(new BigDecimal("0.5"))
                .priority(10);
        ApiResponse<TaskView> submitted = tasks.submitTaskWithHttpInfo(review, "build-42");
        UUID id = submitted.getData().getId();
        verify(submitted.getHeaders().get("location").equals(List.of("/api/v1/tasks/" + id)), "a task is submitted");

        ApiResponse<RunResult> result = tasks.getTaskResultWithHttpInfo(id, "PT1M");
        verify(
                result.getStatusCode() == 200 && result.getData().getOutput().equals("echo: Review the build"),
                "the result of a task is waited for");
        TaskView task = tasks.getTask(id);
        verify(
                task.getState() == TaskState.SUCCEEDED
                        && task.getResult().getSpentUsd().equals(run.getSpentUsd()),
                "a task is read");
        for (Fields fields : Fields.values()) {
            verify(list(tasks, fields).getItems().getFirst().getId().equals(id), "tasks are listed: " + fields);
        }
        verify(tasks.getTaskSpec(id).getPriority() == 10, "what a task was asked with is read");

        UUID later = tasks.submitTask(
                        new TaskSpec().prompt("later").notBefore(OffsetDateTime.parse("2031-01-31T18:00:00Z")), null)
                .getId();
        TaskView changed = tasks.changeTask(later, new QueuedTaskPatch().name("Later").priority(null));
        verify(
                changed.getName().equals("Later") && changed.getWaitingFor() == WaitingReason.NOT_BEFORE,
                "a queued task is changed by a merge patch");
        verify(tasks.getTaskResultWithHttpInfo(later, null).getStatusCode() == 202, "a task has no result yet");
        tasks.cancelTask(later);
        WaitSpec all = new WaitSpec().addIdsItem(id).addIdsItem(later)._for(new WaitSpecFor("all"));
        verify(tasks.waitForItems(all, null).getEnded() == 2, "several are waited for");
        try {
            tasks.submitTask(new TaskSpec().prompt(""), null);
            verify(false, "a bad request is refused");
        } catch (ApiException e) {
            Problem problem = client.getObjectMapper().readValue(e.getResponseBody(), Problem.class);
            verify(
                    problem.getCode() == ProblemCode.VALIDATION_FAILED
                            && problem.getErrors().getFirst().getField().equals("prompt"),
                    "a problem is read");
        }
        return id;
    }

    private static PageTaskItem list(TasksApi tasks, Fields fields) throws ApiException {
        return tasks.listTasks(
                List.of(TaskState.SUCCEEDED),
                List.of("nightly"),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                fields,
                10,
                null);
    }

    private void flows() throws ApiException {
        ChainsApi chains = new ChainsApi(client);
        ChainSpec fixBug = new ChainSpec()
                .name("fix-bug")
                .addStepsItem(new StepSpec().name("analyze").prompt("Analyze the error"))
                .addStepsItem(new StepSpec()
                        .name("fix")
                        .prompt("Fix {previous_output}")
                        .failurePolicy(new FailurePolicy().retries(2).backoff("PT1S")));
        ChainView chain = chains.submitChain(fixBug, "PT1M", null);
        verify(
                chain.getState() == FlowState.SUCCEEDED
                        && chain.getOutput().equals("echo: Fix echo: Analyze the error"),
                "a chain runs");
        for (Fields fields : Fields.values()) {
            verify(
                    chains.listChains(FlowState.SUCCEEDED, fields, null, null).getItems().size() == 1,
                    "chains are listed: " + fields);
        }

        FanOutsApi fanOuts = new FanOutsApi(client);
        FanOutSpec reviews = new FanOutSpec()
                .prompts(List.of("Review the API", "Review the docs"))
                .maxConcurrency(1)
                .failFast(true);
        FanOutView fanOut = fanOuts.submitFanOut(reviews, "PT1M", null);
        verify(
                fanOut.getState() == FlowState.SUCCEEDED && fanOut.getTasks().size() == 2,
                "a fan-out runs");
        verify(
                fanOuts.listFanOuts(null, null, null).getItems().getFirst().getCounts().getSucceeded() == 2,
                "fan-outs are listed");
    }

    private void money(UUID task) throws ApiException {
        BudgetApi budget = new BudgetApi(client);
        verify(
                budget.changeBudget(new BudgetChange().capUsd(new BigDecimal(50))).getSpentUsd().signum() > 0,
                "the cap is changed");
        verify(budget.getBudget().getCapUsd().intValue() == 50, "the budget is read");
        LedgerEntry youngest = budget.listLedger(task, null, null).getItems().getFirst();
        verify(youngest.getKind() == LedgerEntryKind.SETTLED && youngest.getAttempt() == 1, "the ledger is read");
        verify(
                budget.listSpend(SpendDimension.TAG, null, null)
                        .getItems()
                        .getFirst()
                        .getName()
                        .equals("nightly"),
                "the spend of a tag is read");
    }

    private void administration() throws ApiException {
        ContextApi context = new ContextApi(client);
        ContextValue note = new ContextValue().value("Build with ./mvnw");
        verify(context.putContextEntryWithHttpInfo("build", note).getStatusCode() == 201, "a note is shared");
        verify(context.listContextEntries().getFirst().getKey().equals("build"), "shared notes are listed");
        context.deleteContextEntry("build");

        SlotsApi slots = new SlotsApi(client);
        TaskConfig config = new TaskConfig()
                .effort(Effort.HIGH)
                .allowedTools(List.of("Read", "Grep"))
                .model(null);
        SlotView ada = slots.configureSlot(
                "slot-0", new SlotSettings().name("Ada").role("reviewer").config(config));
        verify(ada.getName().equals("Ada") && ada.getConfig().getEffort() == Effort.HIGH, "a slot is configured");
        verify(slots.listSlots().size() == 1, "slots are listed");

        PoolApi pool = new PoolApi(client);
        verify(pool.pausePool().getState() == PoolState.PAUSED, "the pool is paused");
        verify(pool.resumePool().getState() == PoolState.RUNNING, "the pool is resumed");
        verify(pool.scalePool(new Scale().slots(2)).getSlots().size() == 2, "the pool is scaled");
        verify(pool.getPool().getSlots().getFirst().getName().equals("Ada"), "the pool is read");
        verify(pool.getInfo().getApiVersion().equals("v1"), "the versions are read");
    }

    private static void verify(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
        System.out.println("ok: " + what);
    }
}
