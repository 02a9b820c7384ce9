package dev.claudepool.claude;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns a launch spec into a command line and an {@code initialize} request. Whatever is written by people (prompts,
 * context, schemas) goes into the request, because every user of the machine can read command lines.
 */
final class CliCommand {

    private CliCommand() {}

    /** @param mcpConfig the file with the MCP servers, whose settings may hold secrets; null for none */
    static List<String> arguments(
            Path cli, LaunchSpec spec, SessionStart session, Confinement confinement, @Nullable Path mcpConfig) {
        List<String> arguments = new ArrayList<>(List.of(
                cli.toString(),
                "-p",
                "--input-format=stream-json",
                "--output-format=stream-json",
                "--verbose",
                "--include-partial-messages",
                "--strict-mcp-config",
                "--setting-sources=" + confinement.settingSources(),
                "--settings=" + confinement.settings(),
                "--permission-mode=" + spec.permissionMode().cliName()));
        arguments.add(
                switch (session) {
                    case SessionStart.Fresh(var id) -> "--session-id=" + id;
                    case SessionStart.Resume(var id) -> "--resume=" + id;
                });
        if (spec.model() != null) {
            arguments.add("--model=" + spec.model());
        }
        if (spec.effort() != null) {
            arguments.add("--effort=" + spec.effort().cliName());
        }
        if (spec.maxTurns() != null) {
            arguments.add("--max-turns=" + spec.maxTurns());
        }
        if (spec.fallbackModel() != null) {
            arguments.add("--fallback-model=" + spec.fallbackModel());
        }
        if (mcpConfig != null) {
            arguments.add("--mcp-config=" + mcpConfig);
        }
        spec.allowedTools().forEach(tool -> arguments.add("--allowedTools=" + tool));
        spec.disallowedTools().forEach(tool -> arguments.add("--disallowedTools=" + tool));
        return arguments;
    }

    static ObjectNode initialize(LaunchSpec spec, SessionStart session) {
        ObjectNode request = JsonNodeFactory.instance.objectNode().put("subtype", "initialize");
        if (!spec.appendSystemPrompt().isEmpty()) {
            request.put("appendSystemPrompt", spec.appendSystemPrompt());
        }
        if (spec.outputSchema() != null) {
            request.set("jsonSchema", spec.outputSchema());
        }
        if (session instanceof SessionStart.Resume) {
            // Else the CLI goes on sending the system prompt that the session began with, and says nothing.
            request.put("systemPromptSnapshot", false);
        }
        return request;
    }
}
