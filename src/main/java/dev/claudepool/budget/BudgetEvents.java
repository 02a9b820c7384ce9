package dev.claudepool.budget;

import dev.claudepool.event.EventLog;
import dev.claudepool.event.EventType;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Writes the {@code budget.changed} events; call inside the transaction that changes the account. */
@Component
class BudgetEvents {

    private final EventLog log;
    private final JsonMapper json;

    BudgetEvents(EventLog log, JsonMapper json) {
        this.log = log;
        this.json = json;
    }

    /**
     * @param cause {@code cap} or {@code spent}
     * @param warning the share of the cap that was passed by this, in percent; 0 for none
     */
    void changed(BudgetView budget, String cause, int warning) {
        ObjectNode data = json.createObjectNode().put("cause", cause);
        put(data, "capUsd", budget.capUsd());
        put(data, "spentUsd", budget.spentUsd());
        put(data, "reservedUsd", budget.reservedUsd());
        put(data, "remainingUsd", budget.remainingUsd());
        if (warning > 0) {
            data.put("warningPercent", warning);
        }
        if (budget.reason() != null) {
            data.put("reason", budget.reason());
        }
        log.append(EventLog.Subject.POOL, EventType.BUDGET_CHANGED, data);
    }

    private static void put(ObjectNode data, String name, @Nullable Money money) {
        data.put(name, money == null ? null : money.toUsd());
    }
}
