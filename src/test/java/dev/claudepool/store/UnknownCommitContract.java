package dev.claudepool.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every engine tells of commits that fail though they have succeeded, or because they have not. */
abstract class UnknownCommitContract {

    @AutoClose
    private final TestDatabase database;

    private final List<String> told = new ArrayList<>();

    UnknownCommitContract(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void createTable() {
        database.jdbc().sql("create table fact (n integer)").update();
    }

    @Test
    void transactionIsASuccessWhereItsCommitFailedButSucceeded() {
        database.failAfterNextCommit();

        assertThat(write(1)).isEqualTo("written");

        assertThat(noted()).containsExactly(1);
        assertThat(told).containsExactly("committed 1");
    }

    @Test
    void transactionIsUndoneWhereItsCommitFailed() {
        assertThat(write(1)).isEqualTo("written");
        database.failBeforeNextCommit();

        assertThatThrownBy(() -> write(2)).isInstanceOf(StoreUnavailableException.class);

        assertThat(noted()).containsExactly(1);
        assertThat(told).containsExactly("committed 1", "undone 2");
    }

    private String write(int n) {
        return database.transactions().write(() -> {
            database.transactions().afterRollback(() -> told.add("undone " + n));
            database.jdbc()
                    .sql("insert into fact (n) values (:n)")
                    .param("n", n)
                    .update();
            database.transactions().afterCommit(() -> told.add("committed " + n));
            return "written";
        });
    }

    private List<Integer> noted() {
        return database.jdbc()
                .sql("select n from fact order by n")
                .query((row, _) -> row.getInt("n"))
                .list();
    }
}
