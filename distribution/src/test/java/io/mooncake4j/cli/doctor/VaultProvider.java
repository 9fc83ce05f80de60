package io.mooncake4j.cli.doctor;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.config.EnvironmentAlias;
import io.mooncake4j.config.Option;
import io.mooncake4j.config.OptionType;
import io.mooncake4j.config.Options;
import io.mooncake4j.spi.Availability;
import io.mooncake4j.spi.MetadataStore;
import io.mooncake4j.spi.MetadataStoreDescription;
import io.mooncake4j.spi.MetadataStoreProvider;
import java.util.List;
import java.util.Set;

/** A metadata store with a secret, whose server is never there; packed by {@link TestPlugins}. */
public final class VaultProvider implements MetadataStoreProvider {
  /** For the service loader. */
  public VaultProvider() {}

  @Override
  public String name() {
    return "vault";
  }

  @Override
  public Availability availability() {
    return Availability.yes();
  }

  @Override
  public MetadataStoreDescription describe() {
    return new MetadataStoreDescription(
        "4.5.6",
        "A store for tests.",
        Set.of("vault"),
        false,
        false,
        Set.of(),
        List.of(
            Option.of("mooncake.vault.password", OptionType.TEXT, "", "Opens the vault.")
                .alias(EnvironmentAlias.of("MC_VAULT_PASSWORD", EnvironmentAlias.Rule.TEXT))
                .asSecret(),
            Option.of("mooncake.vault.pin", OptionType.INTEGER, 0, "Opens it too.").asSecret(),
            Option.of("mooncake.vault.doors", OptionType.INTEGER, 2, "Number of doors.")
                .range(1, 9)
                .alias(
                    new EnvironmentAlias("MC_VAULT_DOORS", EnvironmentAlias.Rule.NUMBER, "")
                        .raisedTo(1))));
  }

  @Override
  public MetadataStore create(String connection, Options options) {
    throw new MooncakeException(ErrorCode.METADATA, connection + " does not answer");
  }
}
