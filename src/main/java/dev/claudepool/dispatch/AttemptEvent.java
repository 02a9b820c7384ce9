package dev.claudepool.dispatch;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.claudepool.budget.Money;
import dev.claudepool.event.EventData;
import dev.claudepool.event.EventType;
import org.jspecify.annotations.Nullable;

/** The data of the events that an attempt publishes about its task. */
sealed interface AttemptEvent extends EventData {

    /**
     * The data of {@code task.text}.
     *
     * @param truncated true where the text was cut
     */
    record Text(
            String text,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Boolean truncated) implements AttemptEvent {
        @Override
        public EventType type() {
            return EventType.TASK_TEXT;
        }
    }

    /** The data of {@code task.delta}. */
    record Delta(String text) implements AttemptEvent {
        @Override
        public EventType type() {
            return EventType.TASK_DELTA;
        }
    }

    /**
     * The data of {@code task.tool} when a tool is called.
     *
     * @param input its input as JSON
     * @param truncated true where the input was cut
     */
    record ToolCalled(
            String input,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Boolean truncated,

            String toolUseId,
            String name)
            implements AttemptEvent {
        @Override
        public EventType type() {
            return EventType.TASK_TOOL;
        }
    }

    /**
     * The data of {@code task.tool} when a tool has returned.
     *
     * @param truncated true where the result was cut
     */
    record ToolReturned(
            String result,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Boolean truncated,

            String toolUseId,
            boolean isError)
            implements AttemptEvent {
        @Override
        public EventType type() {
            return EventType.TASK_TOOL;
        }
    }

    /**
     * The data of {@code task.retry}: the CLI asks the API again.
     *
     * @param status the HTTP status; null where there was no answer
     */
    record Retried(String reason, @Nullable Integer status, int attempt, int maxRetries, long delayMs)
            implements AttemptEvent {
        @Override
        public EventType type() {
            return EventType.TASK_RETRY;
        }
    }

    /**
     * The data of {@code task.spend}.
     *
     * @param spentUsd what the task has cost so far, in USD
     */
    record Spent(Money spentUsd) implements AttemptEvent {
        @Override
        public EventType type() {
            return EventType.TASK_SPEND;
        }
    }
}
