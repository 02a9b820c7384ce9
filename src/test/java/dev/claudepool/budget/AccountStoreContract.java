package dev.claudepool.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.claudepool.store.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What every engine owes to the store of the account. */
abstract class AccountStoreContract {

    @AutoClose
    private final TestDatabase database;

    private final AccountStore store;

    AccountStoreContract(TestDatabase database) {
        this.database = database;
        this.store = new AccountStore(database.jdbc());
    }

    @Test
    void nothingIsSpentAtFirst() {
        assertThat(store.spent()).isEqualTo(Money.ZERO);
    }

    @Test
    void addsUpToTheLastDigit() {
        List.of("0.1", "0.2", "0.000000001", "0", "5000000000").forEach(usd -> store.add(Money.usd(usd)));

        assertThat(store.spent()).isEqualTo(Money.usd("5000000000.300000001"));
    }

    @Test
    void isRolledBackWithItsTransaction() {
        store.add(Money.usd("1"));

        assertThatThrownBy(() -> database.transactions().writing(() -> {
                    store.add(Money.usd("2"));
                    throw new IllegalArgumentException("no");
                }))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(store.spent()).isEqualTo(Money.usd("1"));
    }
}
