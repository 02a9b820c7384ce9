package dev.claudepool.fanout;

import dev.claudepool.budget.Budget;
import dev.claudepool.event.EventLog;
import dev.claudepool.event.EventType;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Writes the {@code fanout.state} events; call inside the transaction that changes the fan-out. */
@Component
class FanOutEvents {

    private final EventLog log;
    private final Budget budget;
    private final JsonMapper json;

    FanOutEvents(EventLog log, Budget budget, JsonMapper json) {
        this.log = log;
        this.budget = budget;
        this.json = json;
    }

    /** It was accepted, an element has ended or goes on again, or it is being stopped. */
    void changed(FanOut fanOut) {
        ObjectNode data = json.createObjectNode().put("state", fanOut.state().name());
        if (fanOut.stop() != null) {
            data.put("stop", fanOut.stop().name());
        }
        data.putPOJO("counts", json.valueToTree(fanOut.counts()));
        data.put("spendUsd", budget.spentBy(fanOut.id()).toUsd());
        log.append(fanOut.subject(), EventType.FAN_OUT_STATE, data);
    }
}
