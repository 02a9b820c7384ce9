package dev.claudepool.submit;

import dev.claudepool.problem.ProblemCode;
import dev.claudepool.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HexFormat;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Makes a repeated request with the same {@code Idempotency-Key} create nothing new. Thread-safe. */
@Component
public class Idempotency {

    static final String HEADER = "Idempotency-Key";
    static final int LONGEST_KEY = 255;

    private final IdempotencyStore store;
    private final JsonMapper json;
    private final InstantSource clock;

    Idempotency(IdempotencyStore store, JsonMapper json, InstantSource clock) {
        this.store = store;
        this.json = json;
        this.clock = clock;
    }

    /**
     * The id of what the first request with this key has made; call it in the transaction of {@code make}.
     *
     * @param key null for a request that never comes again
     * @throws ProblemException when the key is malformed, or was used for another request
     */
    public UUID once(@Nullable String key, Object request, Supplier<UUID> make) {
        if (key == null) {
            return make.get();
        }
        if (key.isBlank() || key.length() > LONGEST_KEY) {
            throw ProblemException.invalid(HEADER, "must have 1 to " + LONGEST_KEY + " characters");
        }
        String digest = digest(request);
        return store.find(key).map(use -> sameUse(use, digest)).orElseGet(() -> {
            UUID made = make.get();
            store.insert(key, digest, made, clock.instant());
            return made;
        });
    }

    private static UUID sameUse(IdempotencyStore.Use use, String digest) {
        if (!use.request().equals(digest)) {
            throw new ProblemException(
                    ProblemCode.IDEMPOTENCY_CONFLICT, "The Idempotency-Key was used for another request");
        }
        return use.resourceId();
    }

    /** Forgets the keys for these, which are there no more. */
    public void forget(Collection<UUID> resources) {
        store.delete(resources);
    }

    /** Requests of different kinds have different members. */
    private String digest(Object request) {
        try {
            byte[] document = json.writeValueAsString(request).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(document));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
