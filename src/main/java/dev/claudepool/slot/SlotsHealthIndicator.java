package dev.claudepool.slot;

import java.util.Map;
import java.util.TreeMap;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Down when no slot can take a task because starts fail; shows the state of each. */
@Component
class SlotsHealthIndicator implements HealthIndicator {

    private final Slots slots;

    SlotsHealthIndicator(Slots slots) {
        this.slots = slots;
    }

    @Override
    public Health health() {
        Map<String, Object> states = new TreeMap<>();
        boolean allFailed = true;
        for (Slot slot : slots.all()) {
            switch (slot.state()) {
                case SlotState.Failed failed ->
                    states.put(slot.id(), "FAILED: " + failed.failure().code().code());
                case SlotState other -> {
                    states.put(slot.id(), other.name());
                    allFailed = false;
                }
            }
        }
        return (allFailed ? Health.down() : Health.up()).withDetails(states).build();
    }
}
