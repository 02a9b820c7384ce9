package dev.claudepool.demo;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request to the stand-in, and its outcome.
 *
 * @param number 1, 2, ... in order of arrival
 * @param at when it arrived
 * @param keyPresent whether an API key or a bearer token came with it (which is not kept)
 * @param model the model asked for
 * @param mainLoop whether it is a turn of a session, and not a side request of the CLI
 * @param systemPrompt what the model is told first, without the CLI's billing line
 * @param effort {@code output_config.effort}, if any
 * @param tools the names of the offered tools
 * @param userTexts all user texts of the session, without what the CLI adds to them
 * @param sessionId the CLI's session; null if the request has none
 * @param agentId the subagent that asked; null for the session itself
 * @param status the HTTP status of the answer
 */
public record Exchange(
        long number,
        Instant at,
        boolean keyPresent,
        String model,
        boolean mainLoop,
        String systemPrompt,
        @Nullable String effort,
        List<String> tools,
        List<String> userTexts,
        @Nullable String sessionId,
        @Nullable String agentId,
        int status,
        State state) {

    /** Returns what the user said last; empty when nothing. */
    public String lastUserText() {
        return userTexts.isEmpty() ? "" : userTexts.getLast();
    }

    Exchange with(int newStatus, State newState) {
        return new Exchange(
                number,
                at,
                keyPresent,
                model,
                mainLoop,
                systemPrompt,
                effort,
                tools,
                userTexts,
                sessionId,
                agentId,
                newStatus,
                newState);
    }

    @Override
    public String toString() {
        return "Exchange[" + number + " " + model + " " + state + " " + status + "]";
    }

    /** The progress of the exchange. */
    public enum State {
        /** The answer is being sent. */
        STREAMING,
        /** The answer was sent. */
        COMPLETED,
        /** The answer was an error. */
        REFUSED,
        /** The stand-in broke the connection, as scripted. */
        BROKEN_OFF,
        /** The client went away before it had the answer. */
        DROPPED_BY_CLIENT
    }
}
