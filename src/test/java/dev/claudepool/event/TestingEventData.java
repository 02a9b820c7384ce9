package dev.claudepool.event;

import com.fasterxml.jackson.annotation.JsonValue;
import tools.jackson.databind.node.ObjectNode;

/** Any data of any type. */
public record TestingEventData(EventType type, @JsonValue ObjectNode json) implements EventData {}
