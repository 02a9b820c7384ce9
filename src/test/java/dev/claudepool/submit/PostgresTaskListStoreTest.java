package dev.claudepool.submit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.claudepool.store.Dialect.Member;
import dev.claudepool.store.PostgresTestDatabase;
import java.util.List;
import org.junit.jupiter.api.Test;

class PostgresTaskListStoreTest extends TaskListStoreContract {

    private static final List<Member> MEMBERS = List.of(Member.cut("prompt", 3), Member.whole("tags"));

    PostgresTaskListStoreTest() {
        super(new PostgresTestDatabase());
    }

    @Test
    void anExcerptHasTheMembersThatAreWanted() {
        assertThat(excerpt("{\"prompt\":\"a long one\",\"other\":1,\"tags\":[\"a\",\"b\"]}", 10))
                .isEqualTo("{ \"prompt\" : \"a l\", \"tags\" : [\"a\",\"b\"] }");
        assertThat(excerpt("{\"other\":1}", 10)).isEqualTo("{ \"prompt\" : null, \"tags\" : null }");
    }

    @Test
    void whatIsShortOrCannotBeReadIsItsOwnExcerpt() {
        assertThat(excerpt("{\"other\":1}", 100)).isEqualTo("{\"other\":1}");
        assertThat(excerpt("{\"prompt\":\"a lo", 10)).isEqualTo("{\"prompt\":\"a lo");
    }

    /** The engine has no text with U+0000 in it; what only looks like it stays. */
    @Test
    void anExcerptOfATextWithU0000HasAnotherCharacterInItsPlace() {
        assertThat(excerpt("{\"prompt\":\"a\\u0000\\u0000b\"}", 10)).startsWith("{ \"prompt\" : \"a\ufffd\ufffd\"");
        assertThat(excerpt("{\"prompt\":\"\\\\u0000\"}", 10)).startsWith("{ \"prompt\" : \"\\\\u0\"");
    }

    private String excerpt(String document, int longest) {
        return database.jdbc()
                .sql("select " + database.dialect().excerpt("document", longest, MEMBERS)
                        + " from (values (:document)) given (document)")
                .param("document", document)
                .query(String.class)
                .single();
    }
}
