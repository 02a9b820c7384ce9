package dev.claudepool.slot;

import dev.claudepool.problem.FieldRules;
import dev.claudepool.security.Caller;
import dev.claudepool.store.Transactions;
import dev.claudepool.task.TaskLimits;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Service;

/** Changes the settings of slots. Thread-safe. */
@Service
class SlotSettingsService {

    private static final Logger log = LoggerFactory.getLogger(SlotSettingsService.class);

    private final Slots slots;
    private final SlotStore store;
    private final TaskLimits limits;
    private final SlotEvents events;
    private final Transactions transactions;

    SlotSettingsService(Slots slots, SlotStore store, TaskLimits limits, SlotEvents events, Transactions transactions) {
        this.slots = slots;
        this.store = store;
        this.limits = limits;
        this.events = events;
        this.transactions = transactions;
    }

    /**
     * Changes who a slot is and how it works, starting with its next task. The limits of tasks bind what is changed;
     * what was set before is kept.
     *
     * @throws dev.claudepool.problem.ProblemException {@code slot-not-found}, {@code validation-failed}, or
     *     {@code forbidden}
     */
    Slot configure(String slotId, UnaryOperator<SlotSettings> change, Caller caller) {
        Slot slot = slots.get(slotId);
        SlotSettings settings = transactions.write(() -> {
            SlotSettings before = store.settingsOf(slotId);
            SlotSettings changed = change.apply(before);
            changed.verify();
            limits.verify(changed.config().changedFrom(before.config()), "config", caller);
            store.saveSettings(slotId, changed);
            return changed;
        });
        slot.configure(settings);
        events.slotConfigured(slot);
        return slot;
    }

    /** Settings are kept, since only an administrator can have made them; but an operator should know of these. */
    @EventListener(ApplicationReadyEvent.class)
    void warnOfSettingsBeyondLimits() {
        slots.all().forEach(slot -> {
            FieldRules rules = new FieldRules("config.");
            if (limits.bindAll()) {
                limits.check(slot.settings().config(), rules);
            }
            limits.checkServers(slot.settings().config(), rules);
            rules.errors()
                    .forEach(error -> log.warn(
                            "Slot {} keeps a setting that could not be made now; change it with PATCH: {} {}",
                            slot.id(),
                            error.field(),
                            error.message()));
        });
    }
}
