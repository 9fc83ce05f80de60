package io.mooncake4j.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.core.engine.StartCheck.Answer;
import io.mooncake4j.core.options.OptionResolver;
import io.mooncake4j.core.options.ProcessEnvironment;
import io.mooncake4j.core.plugin.PluginCatalog;
import io.mooncake4j.core.plugin.PluginSources;
import io.mooncake4j.ffi.Attempt;
import io.mooncake4j.ffi.SharedMemory;
import io.mooncake4j.testkit.sim.SimVirtualProvider;
import io.mooncake4j.testkit.sim.SimulatedMetadata;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is said about a configuration is what an engine with it does. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class StartCheckTest {
  private static Map<String, Answer> answers(boolean probe, String... settings) {
    Map<String, String> program =
        new LinkedHashMap<>(
            Map.of(
                "mooncake.name", "127.0.0.1",
                "mooncake.network.bind-address", "127.0.0.1",
                "mooncake.transports", "sim-virtual"));
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      program.put(setting.substring(0, equals), setting.substring(equals + 1));
    }
    OptionResolver resolver =
        new OptionResolver(Optional.empty(), ProcessEnvironment.none(), program);
    Map<String, Answer> answers = new LinkedHashMap<>();
    try (PluginCatalog catalog =
        PluginCatalog.load(
            new PluginSources(StartCheckTest.class.getClassLoader(), List.of(), Set.of()))) {
      StartCheck check = new StartCheck(catalog, resolver.diagnose(catalog.options()).options());
      check.answers().forEach(answer -> answers.put(answer.subject(), answer));
      if (probe) {
        Answer answer = check.askMetadata();
        answers.put(answer.subject(), answer);
      }
    }
    return answers;
  }

  private static void assertAnswer(
      Map<String, Answer> answers, String subject, boolean good, String... words) {
    assertThat(answers.get(subject).good()).as("%s", answers.get(subject)).isEqualTo(good);
    assertThat(answers.get(subject).words()).contains(words);
  }

  @Test
  void aGoodConfigurationHasGoodAnswersOnly() {
    Map<String, Answer> answers = answers(true);

    assertThat(answers.values()).allMatch(Answer::good);
    assertAnswer(answers, "advertised address", true, "127.0.0.1, the host part of mooncake.name");
    assertAnswer(answers, "transports", true, "sim-virtual (rank ");
    assertAnswer(answers, "metadata", true, "P2PHANDSHAKE");
    assertAnswer(answers, "metadata answers", true, "there is no store to ask");
  }

  @Test
  void everyBadChoiceIsAnAnswerOfItsOwn() {
    Map<String, Answer> answers =
        answers(
            true,
            "mooncake.name=localhost",
            "mooncake.network.bind-address=203.0.113.77",
            "mooncake.transports=pigeon",
            "mooncake.topology.file=/nonexistent/topology.json",
            "mooncake.metadata=nonsense://x",
            "mooncake.plugins.required=absent");

    assertThat(answers.values()).noneMatch(Answer::good);
    assertAnswer(answers, "ports", false, "203.0.113.77 is no address of this host");
    assertAnswer(answers, "transports", false, "\"pigeon\", which no plugin offers");
    assertAnswer(answers, "metadata", false, "nonsense://x: no plugin serves it");
  }

  @Test
  void sharedMemoryIsSaidToBeUsedOrWhyNot() {
    assertAnswer(answers(false), "shared memory", true, "none of the transports wants it");
    assertAnswer(
        answers(false, "mooncake.memory.shared=off", "mooncake.transports=strict"),
        "shared memory",
        true,
        "not used: ");
    Attempt<Void> possible = SharedMemory.available();
    for (String sharing : List.of("auto", "on")) {
      Answer answer =
          answers(false, "mooncake.memory.shared=" + sharing, "mooncake.transports=strict")
              .get("shared memory");
      assertThat(answer.good()).isEqualTo(possible.succeeded() || sharing.equals("auto"));
      assertThat(answer.words())
          .contains(possible.succeeded() ? "65536 bytes and more" : possible.cause());
    }
  }

  @Test
  void aPortThatIsNoneIsRefusedWithTheName() {
    assertAnswer(
        answers(false, "mooncake.name=127.0.0.1:99999"),
        "advertised address",
        false,
        "mooncake.name=127.0.0.1:99999 has no valid port behind its host");
    assertAnswer(answers(false, "mooncake.name=127.0.0.1:0"), "advertised address", true, "");
  }

  @Test
  void theProtocolForCxxPeersIsChosenAsAnEngineDoes() {
    assertAnswer(
        answers(false, "mooncake.classic.protocol=nonsense"),
        "protocol for C++ peers",
        false,
        "mooncake.classic.protocol=nonsense: no installed transport [sim-virtual] speaks it");
  }

  @Test
  void theStoreIsAskedForOneRecord() {
    assertAnswer(
        answers(true, "mooncake.metadata=sim://start-check"),
        "metadata answers",
        true,
        "key mooncake/rpc_meta/127.0.0.1 has no record");
    SimulatedMetadata.named("start-check").down(true);
    assertAnswer(
        answers(true, "mooncake.metadata=sim://start-check"), "metadata answers", false, "");
    SimulatedMetadata.forget("start-check");
    assertAnswer(
        answers(true, "mooncake.metadata=sim://"), "metadata answers", false, "write sim://<name>");
  }

  @Test
  void anEngineRefusesToStartWithoutARequiredPlugin() {
    assertThatThrownBy(
            () ->
                TransferEngine.builder()
                    .ignoreEnvironment()
                    .name("127.0.0.1")
                    .option("mooncake.network.bind-address", "127.0.0.1")
                    .option(
                        "mooncake.plugins.required", SimVirtualProvider.class.getName() + ",absent")
                    .build())
        .isInstanceOfSatisfying(
            MooncakeException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.PLUGIN);
              assertThat(e.getMessage())
                  .startsWith(
                      "mooncake.plugins.required=absent (the program): no plugin of this id")
                  .contains(SimVirtualProvider.class.getName());
            });
  }
}
