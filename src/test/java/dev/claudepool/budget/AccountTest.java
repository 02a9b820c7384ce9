package dev.claudepool.budget;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccountTest {

    @ParameterizedTest
    @CsvSource({
        // cap, spent, reserved, wanted, what is set aside
        ",     0,    0,        1,      1", // no cap
        "10,   0,    0,        1,      1",
        "10,   9,    0,        1,      1",
        "10,   9.5,  0,        1,      0.5", // shrunk to what remains
        "10,   9.999999999, 0, 1,      0.000000001", // however little, when nothing comes back
        "10,   10,   0,        1,      ",
        "10,   12,   0,        1,      ", // passed by a reply that was in flight
        "10,   8,    1.5,      1,      0.5", // half of it
        "10,   8,    1.500000001, 1,   ", // better to wait for what others give back
        "10,   5,    5,        1,      ",
        "0,    0,    0,        1,      ",
        "10,   0,    0,        50,     10",
        "10,   0,    9.999999999, 0.000000002, 0.000000001",
    })
    void setsAsideWhatIsWantedOrWhatRemains(
            @Nullable String cap, String spent, String reserved, String wanted, @Nullable String expected) {
        Account account = account(cap, spent, reserved);

        assertThat(account.reservation(Money.usd(wanted)))
                .isEqualTo(Optional.ofNullable(expected).map(Money::usd));
    }

    @ParameterizedTest
    @CsvSource({
        // cap, spent, warned of, to warn of
        "10, 7.499999999, 0, 0",
        "10, 7.5, 0, 75",
        "10, 7.5, 75, 0",
        "10, 9.4, 75, 0",
        "10, 9.5, 75, 95",
        "10, 9.5, 0, 95",
        "10, 10, 95, 100",
        "10, 20, 100, 0",
        "0, 0, 0, 100",
        ", 99, 0, 0",
    })
    void warnsOnceOfEachShareOfTheCap(@Nullable String cap, String spent, int warned, int expected) {
        Account account = new Account(
                new Funds(cap == null ? null : Money.usd(cap), Money.usd(spent), Money.ZERO),
                false,
                Money.usd(spent),
                Instant.EPOCH,
                warned);

        assertThat(account.newWarning()).isEqualTo(expected);
        assertThat(account.withoutNewWarning().newWarning()).isZero();
    }

    @Test
    void remainingIsNeverNegative() {
        assertThat(account("1", "2", "0.5").remaining()).isEqualTo(Money.ZERO);
        assertThat(account(null, "2", "0.5").remaining()).isNull();
    }

    @Test
    void isHeldByACapThatIsNotAboveWhatIsSpent() {
        Account account = account("10", "2", "0");

        assertThat(account.withCap(Money.usd("2")).frozen()).isTrue();
        assertThat(account.withCap(Money.usd("2.000000001")).frozen()).isFalse();
        assertThat(account.withCap(null).frozen()).isFalse();
        assertThat(account.withCap(Money.usd("1"))
                        .inPeriod(Instant.EPOCH.plusSeconds(1), Money.ZERO)
                        .frozen())
                .isFalse();
    }

    private static Account account(@Nullable String cap, String spent, String reserved) {
        return new Account(
                new Funds(cap == null ? null : Money.usd(cap), Money.usd(spent), Money.usd(reserved)),
                false,
                Money.usd(spent),
                Instant.EPOCH,
                0);
    }
}
