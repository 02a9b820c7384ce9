package dev.claudepool.claude;

import com.fasterxml.jackson.annotation.JsonValue;
import io.swagger.v3.oas.annotations.media.Schema;

/** What {@code claude} may do without asking; in JSON the CLI's own names. */
@Schema(enumAsRef = true)
public enum PermissionMode {
    /** Read; whatever would need a person's consent is denied. */
    DEFAULT("default"),
    /** Read only. */
    PLAN("plan"),
    ACCEPT_EDITS("acceptEdits"),
    /** Everything. The CLI refuses it as root, and a running process can only be switched to it if launched for it. */
    BYPASS_PERMISSIONS("bypassPermissions"),
    DONT_ASK("dontAsk"),
    AUTO("auto");

    private final String cliName;

    PermissionMode(String cliName) {
        this.cliName = cliName;
    }

    @JsonValue
    public String cliName() {
        return cliName;
    }
}
