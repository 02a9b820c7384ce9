package dev.claudepool.chain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** The order of the steps of a chain, computed in time that is linear in the length of the request. Immutable. */
final class StepGraph {

    static final int NOWHERE = -1;

    private final Map<String, Integer> positions = new HashMap<>();
    private final List<List<Integer>> needs;

    /** Names that are those of no step are left out; where a name is used twice, the first counts. */
    StepGraph(ChainSpec spec) {
        List<StepSpec> steps = spec.steps();
        for (int position = 0; position < steps.size(); position++) {
            positions.putIfAbsent(steps.get(position).name(), position);
        }
        needs = IntStream.range(0, steps.size())
                .mapToObj(position -> needs(steps.get(position), position))
                .toList();
    }

    private List<Integer> needs(StepSpec step, int position) {
        List<String> named = step.needs();
        if (named == null) {
            return position == 0 ? List.of() : List.of(position - 1);
        }
        return named.stream()
                .map(this::position)
                .filter(needed -> needed != NOWHERE)
                .toList();
    }

    /** Returns where the step of that name stands; {@link #NOWHERE} when there is none. */
    int position(String name) {
        return positions.getOrDefault(name, NOWHERE);
    }

    /** The positions of the steps that have to be done before the one at {@code position} can begin. */
    List<Integer> needs(int position) {
        return needs.get(position);
    }

    /** Returns for each step all steps that are done when it begins; empty if steps need each other in a circle. */
    Optional<List<BitSet>> before() {
        int[] open = needs.stream().mapToInt(List::size).toArray();
        List<List<Integer>> neededBy = neededBy();
        List<BitSet> before = needs.stream().map(_ -> new BitSet()).toList();
        Deque<Integer> ready = new ArrayDeque<>(IntStream.range(0, open.length)
                .filter(step -> open[step] == 0)
                .boxed()
                .toList());
        int done = 0;
        for (; !ready.isEmpty(); done++) {
            int earlier = ready.remove();
            for (int later : neededBy.get(earlier)) {
                before.get(later).or(before.get(earlier));
                before.get(later).set(earlier);
                open[later]--;
                if (open[later] == 0) {
                    ready.add(later);
                }
            }
        }
        return done == open.length ? Optional.of(before) : Optional.empty();
    }

    private List<List<Integer>> neededBy() {
        List<List<Integer>> neededBy = new ArrayList<>();
        needs.forEach(_ -> neededBy.add(new ArrayList<>()));
        for (int step = 0; step < needs.size(); step++) {
            for (int needed : needs.get(step)) {
                neededBy.get(needed).add(step);
            }
        }
        return neededBy;
    }
}
