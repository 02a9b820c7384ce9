package dev.claudepool.chain;

import dev.claudepool.budget.Budget;
import dev.claudepool.event.EventLog;
import dev.claudepool.event.EventLog.Subject;
import dev.claudepool.event.EventType;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the {@code chain.state} and {@code chain.step} events, from which a client can draw the whole chain; call
 * inside the transaction that changes it.
 */
@Component
class ChainEvents {

    private final EventLog log;
    private final Budget budget;
    private final JsonMapper json;

    ChainEvents(EventLog log, Budget budget, JsonMapper json) {
        this.log = log;
        this.budget = budget;
        this.json = json;
    }

    /** A chain was accepted, or is retried: tells of what it consists. */
    void begun(Chain chain) {
        ObjectNode data = state(chain);
        data.put("name", chain.spec().name());
        ArrayNode steps = data.putArray("steps");
        for (Step step : chain.steps()) {
            ObjectNode node = steps.addObject();
            node.put("name", chain.specOf(step).name());
            node.put("state", step.state().name().name());
            ArrayNode needs = node.putArray("needs");
            chain.needed(step).forEach(needed -> needs.add(chain.specOf(needed).name()));
        }
        log.append(chain.subject(), EventType.CHAIN_STATE, data);
    }

    /** It is being stopped, or has ended. */
    void changed(Chain chain) {
        ObjectNode data = state(chain);
        if (chain.stop() != null) {
            data.put("stop", chain.stop().name());
        }
        data.put("spendUsd", budget.spentBy(chain.id()).toUsd());
        log.append(chain.subject(), EventType.CHAIN_STATE, data);
    }

    /** The state, or the task, of a step is another. */
    void stepChanged(Chain chain, Step step) {
        ObjectNode data = json.createObjectNode();
        data.put("step", chain.specOf(step).name());
        data.put("state", step.state().name().name());
        data.put("attempts", step.attempts());
        switch (step.state()) {
            case StepState.Running running -> data.put("recovers", running.recovers());
            case StepState.Failed failed ->
                data.putObject("error")
                        .put("code", failed.error().code())
                        .put("message", failed.error().message());
            default -> {}
        }
        Subject subject = new Subject(step.state().taskId(), chain.id(), chain.fanOutId(), null);
        log.append(subject, EventType.CHAIN_STEP, data);
    }

    private ObjectNode state(Chain chain) {
        return json.createObjectNode().put("state", chain.state().name());
    }
}
