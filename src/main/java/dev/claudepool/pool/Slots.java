package dev.claudepool.pool;

import dev.claudepool.budget.Budget;
import dev.claudepool.claude.ClaudeLauncher;
import dev.claudepool.store.MonotonicClock;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * The slots of this node: {@code slot-0}, {@code slot-1}, ... Those that leave go on being listed until their task has
 * ended. Thread-safe.
 */
@Component
class Slots {

    private static final String PREFIX = "slot-";

    private final ClaudeLauncher launcher;
    private final LaunchSpecs specs;
    private final SlotStore store;
    private final Recycling recycling;
    private final Budget budget;
    private final SpendOutsideTurns spendOutsideTurns;
    private final MonotonicClock monotonicClock;
    private final InstantSource clock;
    private final List<Slot> all = new CopyOnWriteArrayList<>();
    private final Set<Slot> leaving = ConcurrentHashMap.newKeySet();

    Slots(
            ClaudeLauncher launcher,
            LaunchSpecs specs,
            SlotStore store,
            Recycling recycling,
            Budget budget,
            SpendOutsideTurns spendOutsideTurns,
            MonotonicClock monotonicClock,
            InstantSource clock) {
        this.launcher = launcher;
        this.specs = specs;
        this.store = store;
        this.recycling = recycling;
        this.budget = budget;
        this.spendOutsideTurns = spendOutsideTurns;
        this.monotonicClock = monotonicClock;
        this.clock = clock;
    }

    List<Slot> all() {
        return all;
    }

    Stream<Slot> stream() {
        return all.stream();
    }

    Optional<Slot> find(String id) {
        return stream().filter(slot -> slot.id().equals(id)).findFirst();
    }

    /**
     * Makes so many: new ones get the lowest free numbers; of those there are, the ones without a task leave first,
     * then those with the highest numbers.
     */
    synchronized void scaleTo(int count, Slot.Listener listener) {
        List<Slot> staying = stream().filter(slot -> !slot.takesNoMore()).toList();
        if (staying.size() < count) {
            add(count - staying.size(), listener);
        } else {
            staying.stream()
                    .sorted(Comparator.comparingInt((Slot slot) -> slot.state() instanceof SlotState.Busy ? 1 : 0)
                            .thenComparing(
                                    Comparator.comparingInt(Slots::number).reversed()))
                    .limit(staying.size() - (long) count)
                    .forEach(Slot::drain);
        }
    }

    private void add(int count, Slot.Listener listener) {
        Set<Integer> taken = new HashSet<>(stream().map(Slots::number).toList());
        List<Slot> added = IntStream.iterate(0, number -> number + 1)
                .filter(number -> !taken.contains(number))
                .limit(count)
                .mapToObj(number -> PREFIX + number)
                .map(id -> new Slot(
                        id,
                        launcher,
                        specs,
                        recycling,
                        store.settingsOf(id),
                        store.sessionOf(id).orElse(null),
                        budget.spentBySlot(id),
                        listener,
                        spendOutsideTurns,
                        new SlotHealth(monotonicClock),
                        clock))
                .toList();
        all.addAll(added);
        all.sort(Comparator.comparingInt(Slots::number));
        added.forEach(Slot::start);
    }

    /** Something was said in this conversation. */
    void sessionBegun(UUID session) {
        store.sessionBegun(session);
        stream()
                .filter(slot -> slot.session()
                        .map(SlotSession::id)
                        .filter(session::equals)
                        .isPresent())
                .forEach(slot -> slot.setSession(new SlotSession(session, true)));
    }

    /** It takes no more tasks; its processes are still being ended. */
    void remove(Slot slot) {
        leaving.removeIf(Slot::isGone);
        leaving.add(slot);
        all.remove(slot);
    }

    /** All, and those that were removed but whose processes may still live. */
    List<Slot> allWithProcesses() {
        return Stream.concat(all.stream(), leaving.stream()).toList();
    }

    private static int number(Slot slot) {
        return Integer.parseInt(slot.id().substring(PREFIX.length()));
    }
}
