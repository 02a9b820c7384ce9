package dev.claudepool.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.claudepool.problem.ProblemException;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorTest {

    @Test
    void survivesTheWayToTheClientAndBack() {
        UUID id = UUID.randomUUID();

        Cursor cursor = Cursor.decode(Cursor.of(42L, id, "naïve").encode(), 3);

        assertThat(cursor.number(0)).isEqualTo(42);
        assertThat(cursor.uuid(1)).isEqualTo(id);
        assertThat(cursor.text(2)).isEqualTo("naïve");
    }

    @Test
    void needsNoEscapesInAUrl() {
        assertThat(Cursor.of("???>>>~~~").encode()).matches("[A-Za-z0-9_-]+");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%%%", "YQ", "gICA"})
    void refusesWhatItDidNotMake(String text) {
        assertThatThrownBy(() -> Cursor.decode(text, 2).number(0)).isInstanceOf(ProblemException.class);
    }
}
