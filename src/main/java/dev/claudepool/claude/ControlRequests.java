package dev.claudepool.claude;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The requests to a running process, besides prompts. */
final class ControlRequests {

    private ControlRequests() {}

    /** The running total of the session. */
    static ObjectNode usage() {
        return request("get_usage").put("skip_behaviors", true);
    }

    static ObjectNode mcpStatus() {
        return request("mcp_status");
    }

    /** Returns whether, by the answer to {@link #mcpStatus()}, all servers have connected or failed. */
    static boolean noServerIsPending(CliMessage.ControlAnswer status) {
        return status.response()
                .path("mcpServers")
                .valueStream()
                .noneMatch(server -> server.path("status").asString("").equals("pending"));
    }

    static ObjectNode interrupt() {
        return request("interrupt");
    }

    /** Loads what the first turn needs; the details would be asked of the API. */
    static ObjectNode contextSummary() {
        return request("get_context_usage").put("detail", "summary");
    }

    /** Returns those that change model, effort and permission mode, where they differ. */
    static List<ObjectNode> toSwitch(LaunchSpec spec, LaunchSpec wanted) {
        List<ObjectNode> requests = new ArrayList<>();
        if (wanted.permissionMode() != spec.permissionMode()) {
            requests.add(request("set_permission_mode")
                    .put("mode", wanted.permissionMode().cliName()));
        }
        if (!Objects.equals(wanted.model(), spec.model()) || wanted.effort() != spec.effort()) {
            // Not set_model: for a name that it does not know that asks the API, and hides the price.
            ObjectNode settings = JsonNodeFactory.instance.objectNode().put("model", wanted.model());
            settings.put(
                    "effortLevel",
                    wanted.effort() == null ? null : wanted.effort().cliName());
            ObjectNode request = request("apply_flag_settings");
            request.set("settings", settings);
            requests.add(request);
        }
        return requests;
    }

    private static ObjectNode request(String subtype) {
        return JsonNodeFactory.instance.objectNode().put("subtype", subtype);
    }
}
