package dev.claudepool.claude;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The parameters that a {@code claude} process is started with. Immutable.
 *
 * @param workingDirectory where it and its tools work
 * @param appendSystemPrompt text that follows the CLI's own system prompt; empty for none
 * @param model a model's name or alias; null for the CLI's default
 * @param effort how hard to think; null for the CLI's default
 * @param permissionMode what it may do
 * @param allowedTools tools that need no consent, in the CLI's notation
 * @param disallowedTools tools it must not use, in the CLI's notation
 * @param maxTurns the most rounds of the model in a turn, at least 1; null for no limit
 * @param mcpServers MCP servers by name, in the form of {@code .mcp.json}; null for none
 * @param fallbackModel the model to use while the other is overloaded; null for none
 * @param outputSchema the JSON schema that the answer must fit; null for plain text
 */
public record LaunchSpec(
        Path workingDirectory,
        String appendSystemPrompt,
        @Nullable String model,
        @Nullable Effort effort,
        PermissionMode permissionMode,
        List<String> allowedTools,
        List<String> disallowedTools,
        @Nullable Integer maxTurns,
        @Nullable ObjectNode mcpServers,
        @Nullable String fallbackModel,
        @Nullable ObjectNode outputSchema) {

    /** @throws IllegalArgumentException when {@code maxTurns} is below 1 */
    public LaunchSpec {
        allowedTools = List.copyOf(allowedTools);
        disallowedTools = List.copyOf(disallowedTools);
        mcpServers = mcpServers == null ? null : mcpServers.deepCopy();
        outputSchema = outputSchema == null ? null : outputSchema.deepCopy();
        if (maxTurns != null && maxTurns < 1) {
            throw new IllegalArgumentException("maxTurns must be at least 1");
        }
    }

    /**
     * Returns whether a process that now runs as {@code running} can take work for this, after
     * {@link ClaudeProcess#switchTo(LaunchSpec)}.
     */
    public boolean servedBy(LaunchSpec running) {
        return fixedParts().equals(running.fixedParts())
                && (permissionMode != PermissionMode.BYPASS_PERMISSIONS || running.permissionMode == permissionMode);
    }

    /** A short text that is equal for specs that differ only in what a running process can change. */
    public String fingerprint() {
        try {
            byte[] parts = fixedParts().toString().getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(parts), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private ArrayNode fixedParts() {
        ArrayNode parts = JsonNodeFactory.instance
                .arrayNode()
                .add(workingDirectory.toString())
                .add(appendSystemPrompt);
        allowedTools.forEach(parts.addArray()::add);
        disallowedTools.forEach(parts.addArray()::add);
        return parts.add(maxTurns).add(mcpServers).add(fallbackModel).add(outputSchema);
    }

    @Override
    public String toString() {
        return "LaunchSpec[" + workingDirectory + ", " + model + ", " + effort + ", " + permissionMode + "]";
    }
}
