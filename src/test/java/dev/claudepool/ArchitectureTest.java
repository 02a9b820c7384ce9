package dev.claudepool;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The rules that keep the packages apart. */
@AnalyzeClasses(packages = "dev.claudepool", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String ROOT = "dev.claudepool";

    /** A package may import only from rows below its own, or further right in its own row. */
    private static final List<List<String>> ROWS = List.of(
            List.of("mcp", "dashboard", "demo"),
            List.of("schedule", "webhook", "stomp"),
            List.of("live"),
            List.of("fanout", "chain", "skill"),
            List.of("template"),
            List.of("flow"),
            List.of("submit"),
            List.of("pool"),
            List.of("dispatch"),
            List.of("slot"),
            List.of("queue"),
            List.of("task"),
            List.of("claude"),
            List.of("budget", "context", "worktree", "event"),
            List.of("security", "web"),
            List.of("problem"),
            List.of("process", "store"));

    private static final List<String> ORDER =
            ROWS.stream().flatMap(List::stream).toList();

    /** Who may block its thread for a time: settling an attempt while the store is out of order. */
    private static final Set<String> SLEEPERS = Set.of("dev.claudepool.dispatch.RunningAttempts.pause()");

    @ArchTest
    static final ArchRule dependenciesGoDownOrRight =
            classes().should(dependOnlyOnPackagesFurtherDown()).as("packages import only from below or from the right");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching(ROOT + ".(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyClaudeAndProcessStartProcesses = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT + ".claude..", ROOT + ".process..")
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Process.class, ProcessBuilder.class, ProcessHandle.class);

    @ArchTest
    static final ArchRule onlyStoresSpeakSql = noClasses()
            .that(describe(
                    "are no stores", type -> !outermost(type).getSimpleName().endsWith("Store")))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.springframework.jdbc.core..");

    @ArchTest
    static final ArchRule nobodySleeps = noClasses()
            .should()
            .callMethodWhere(describe("a sleep by others than " + SLEEPERS, ArchitectureTest::isForbiddenSleep));

    @ArchTest
    static final ArchRule dependenciesAreConstructorArguments = NO_CLASSES_SHOULD_USE_FIELD_INJECTION;

    @ArchTest
    static final ArchRule logsGoThroughSlf4j = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

    private static ArchCondition<JavaClass> dependOnlyOnPackagesFurtherDown() {
        return new ArchCondition<>("import only from rows below their own, or further right in it") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                feature(type)
                        .filter(feature -> !ORDER.contains(feature))
                        .ifPresent(feature -> violated(type, feature + " is in no row: " + type.getName(), events));
                type.getDirectDependenciesFromSelf().stream()
                        .filter(dependency -> !isAllowed(type, dependency.getTargetClass()))
                        .forEach(dependency -> violated(type, dependency.getDescription(), events));
            }
        };
    }

    private static void violated(JavaClass type, String message, ConditionEvents events) {
        events.add(SimpleConditionEvent.violated(type, message));
    }

    private static boolean isAllowed(JavaClass from, JavaClass to) {
        boolean ours = to.getPackageName().equals(ROOT) || to.getPackageName().startsWith(ROOT + ".");
        Optional<String> source = feature(from);
        Optional<String> target = feature(to);
        if (!ours || source.equals(target) || source.isEmpty()) {
            return true;
        }
        return target.isPresent() && ORDER.indexOf(target.get()) > ORDER.indexOf(source.get());
    }

    /** The feature package that a class is in; empty for the application itself. */
    private static Optional<String> feature(JavaClass type) {
        String name = type.getPackageName();
        return name.startsWith(ROOT + ".")
                ? Optional.of(name.substring(ROOT.length() + 1).split("\\.", 2)[0])
                : Optional.empty();
    }

    private static boolean isForbiddenSleep(JavaAccess<?> call) {
        JavaClass owner = call.getTargetOwner();
        return call.getTarget().getName().equals("sleep")
                && (owner.isEquivalentTo(Thread.class) || owner.isEquivalentTo(TimeUnit.class))
                && !SLEEPERS.contains(call.getOrigin().getFullName());
    }

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
    }
}
