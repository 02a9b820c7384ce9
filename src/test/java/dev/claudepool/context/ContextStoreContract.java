package dev.claudepool.context;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.store.TestDatabase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What every engine owes to the store of the shared context. */
abstract class ContextStoreContract {

    @AutoClose
    private final TestDatabase database;

    private final ContextStore store;

    ContextStoreContract(TestDatabase database) {
        this.database = database;
        this.store = new ContextStore(database.jdbc(), database.json());
    }

    @Test
    void isEmptyAtFirst() {
        assertThat(store.all()).isEmpty();
        assertThat(store.find("key")).isEmpty();
        assertThat(store.delete("key")).isFalse();
    }

    @Test
    void givesBackEveryTextAsItWas() {
        List<String> values = List.of(
                "",
                " ",
                "line\r\nbreaks \u0085 \u2028 \u2029",
                "nul \u0000 escape \u001b delete \u007f",
                "\"quoted\" \\ 'and' ${more}; drop table context_entry; --",
                "\ud83d\ude00 \u05d0 \ufeff \uffff",
                "x".repeat(ContextRules.MOST_OF_VALUE));

        for (String value : values) {
            store.save(entry("key", value));

            assertThat(store.find("key")).contains(entry("key", value));
        }
    }

    @Test
    void replacesTheEntryOfTheSameKeyOnly() {
        store.save(entry("one", "1"));
        store.save(entry("two", "2"));
        database.clock().advance(Duration.ofMillis(1));

        store.save(entry("one", "1 again"));

        assertThat(store.find("one")).contains(entry("one", "1 again"));
        assertThat(store.all().get("two")).isNotEqualTo(entry("two", "2")).hasFieldOrPropertyWithValue("value", "2");
    }

    @Test
    void keysAreCaseSensitiveAndLiteral() {
        store.save(entry("key", "lower"));
        store.save(entry("KEY", "upper"));

        assertThat(store.find("key")).contains(entry("key", "lower"));
        assertThat(store.find("KEY")).contains(entry("KEY", "upper"));
        assertThat(store.find("ke_")).isEmpty();
    }

    @Test
    void sortsByTheCodesOfTheCharacters() {
        List.of("b", "a", "B", "a.b", "a-b", "a_b", "10", "9").forEach(key -> store.save(entry(key, "")));

        assertThat(store.all().keySet()).containsExactly("10", "9", "B", "a", "a-b", "a.b", "a_b", "b");
    }

    @Test
    void deletesOne() {
        store.save(entry("one", "1"));
        store.save(entry("two", "2"));

        assertThat(store.delete("one")).isTrue();
        assertThat(store.delete("one")).isFalse();
        assertThat(store.all()).containsOnlyKeys("two");
    }

    private ContextEntry entry(String key, String value) {
        return new ContextEntry(key, value, database.clock().instant());
    }
}
