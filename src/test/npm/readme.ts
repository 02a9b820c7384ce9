/** What README and docs/api.md show, by a client that is made of openapi.yaml. Arguments: the address and the token. */
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

type Schemas = components["schemas"];

declare const process: { argv: string[] };

const [, , baseUrl = "", token = ""] = process.argv;
const pool = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${token}` } });

/** Returns the body of an answer that is no problem. */
function ok<T>(answer: { data?: T; error?: Schemas["Problem"]; response: Response }): T {
  if (answer.error !== undefined || answer.data === undefined) {
    throw new Error(`${answer.response.url}: ${answer.response.status} ${answer.error?.code} ${answer.error?.detail}`);
  }
  return answer.data;
}

function verify(holds: boolean, what: string): void {
  if (!holds) {
    throw new Error(what);
  }
  console.log(`ok: ${what}`);
}

async function tasks(): Promise<string> {
  const run = ok(await pool.POST("/api/v1/run", { params: { query: { wait: "PT1M" } }, body: { prompt: "Say hello" } }));
  verify(run.output === "echo: Say hello" && run.spentUsd > 0, "a task runs and its result is waited for");

  const submitted = await pool.POST("/api/v1/tasks", {
    params: { header: { "Idempotency-Key": "build-42" } },
    body: { prompt: "Review the build", tags: ["nightly"], metadata: { commit: "1f2e3d" }, maxBudgetUsd: 0.5, priority: 10 },
  });
  const id = ok(submitted).id;
  verify(submitted.response.headers.get("Location") === `/api/v1/tasks/${id}`, "a task is submitted");

  const path = { id };
  const result = await pool.GET("/api/v1/tasks/{id}/result", { params: { path, query: { wait: "PT1M" } } });
  const body = ok(result);
  verify("turns" in body && body.output === "echo: Review the build", "the result is told from a task that runs");
  const task: Schemas["TaskView"] = ok(await pool.GET("/api/v1/tasks/{id}", { params: { path } }));
  verify(task.state === "SUCCEEDED" && task.result?.spentUsd === run.spentUsd, "a task is read");

  const page = ok(await pool.GET("/api/v1/tasks", { params: { query: { state: ["SUCCEEDED"], tag: ["nightly"], limit: 10 } } }));
  verify(page.items.map((item) => item.id).join() === id && page.next === null, "tasks are listed");

  const later = ok(await pool.POST("/api/v1/tasks", { body: { prompt: "later", notBefore: "2031-01-31T18:00:00Z" } }));
  const changed = ok(
    await pool.PATCH("/api/v1/tasks/{id}", { params: { path: { id: later.id } }, body: { name: "Later", priority: null } }),
  );
  verify(changed.name === "Later" && changed.waitingFor === "notBefore", "a queued task is changed by a merge patch");
  ok(await pool.POST("/api/v1/tasks/{id}/cancel", { params: { path: { id: later.id } } }));
  const waited = ok(await pool.POST("/api/v1/wait", { body: { ids: [id, later.id], for: "all" } }));
  verify(waited.ended === 2, "several are waited for");
  const refused = await pool.POST("/api/v1/tasks", { body: { prompt: "" } });
  verify(refused.error?.code === "validation-failed" && refused.error.errors?.[0]?.field === "prompt", "a problem is read");
  return id;
}

async function flows(): Promise<void> {
  const chain = ok(
    await pool.POST("/api/v1/chains", {
      params: { query: { wait: "PT1M" } },
      body: {
        name: "fix-bug",
        steps: [
          { name: "analyze", prompt: "Analyze the error" },
          { name: "fix", prompt: "Fix {previous_output}", failurePolicy: { retries: 2, backoff: "PT1S" } },
        ],
      },
    }),
  );
  verify(chain.state === "SUCCEEDED" && chain.output === "echo: Fix echo: Analyze the error", "a chain runs");
  const chains = ok(await pool.GET("/api/v1/chains", { params: { query: { state: "SUCCEEDED" } } }));
  verify(chains.items[0]?.counts?.succeeded === 2, "chains are listed");

  const fanOut = ok(
    await pool.POST("/api/v1/fan-outs", {
      params: { query: { wait: "PT1M" } },
      body: { prompts: ["Review the API", "Review the docs"], maxConcurrency: 1, failFast: true },
    }),
  );
  verify(fanOut.state === "SUCCEEDED" && fanOut.tasks?.length === 2, "a fan-out runs");
  const fanOuts = ok(await pool.GET("/api/v1/fan-outs"));
  verify(fanOuts.items[0]?.counts.succeeded === 2, "fan-outs are listed");
}

async function money(task: string): Promise<void> {
  const budget = ok(await pool.PUT("/api/v1/budget", { body: { capUsd: 50 } }));
  verify(budget.capUsd === 50 && budget.spentUsd > 0 && !budget.stopped, "the cap is changed");
  verify(ok(await pool.GET("/api/v1/budget")).remainingUsd !== null, "the budget is read");
  const ledger = ok(await pool.GET("/api/v1/budget/ledger", { params: { query: { taskId: task } } }));
  const youngest = typeof ledger === "string" ? undefined : ledger.items[0]; // a string is CSV
  verify(youngest?.kind === "SETTLED" && youngest.attempt === 1, "the ledger is read");
  const spend = ok(await pool.GET("/api/v1/budget/spend", { params: { query: { by: "tag" } } }));
  verify(spend.items[0]?.name === "nightly", "the spend of a tag is read");
}

async function administration(): Promise<void> {
  const path = { key: "build" };
  const put = await pool.PUT("/api/v1/context/{key}", { params: { path }, body: { value: "Build with ./mvnw" } });
  verify(put.response.status === 201 && ok(put).key === "build", "a note is shared");
  verify(ok(await pool.GET("/api/v1/context")).length === 1, "shared notes are listed");
  const deleted = await pool.DELETE("/api/v1/context/{key}", { params: { path } });
  verify(deleted.response.status === 204, "a note is deleted");

  const slot = { path: { id: "slot-0" } };
  const ada = ok(
    await pool.PATCH("/api/v1/slots/{id}", {
      params: slot,
      body: { name: "Ada", role: "reviewer", config: { effort: "high", allowedTools: ["Read", "Grep"], model: null } },
    }),
  );
  verify(ada.name === "Ada" && ada.config.effort === "high", "a slot is configured");
  verify(ok(await pool.GET("/api/v1/slots")).length === 1, "slots are listed");

  verify(ok(await pool.POST("/api/v1/pool/pause")).state === "PAUSED", "the pool is paused");
  verify(ok(await pool.POST("/api/v1/pool/resume")).state === "RUNNING", "the pool is resumed");
  verify(ok(await pool.POST("/api/v1/pool/scale", { body: { slots: 2 } })).slots.length === 2, "the pool is scaled");
  verify(ok(await pool.GET("/api/v1/pool")).slots[0]?.name === "Ada", "the pool is read");
  verify(ok(await pool.GET("/api/v1/info")).apiVersion === "v1", "the versions are read");
}

const task = await tasks();
await flows();
await money(task);
await administration();
