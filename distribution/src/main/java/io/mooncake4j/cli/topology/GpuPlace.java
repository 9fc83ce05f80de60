package io.mooncake4j.cli.topology;

import io.mooncake4j.api.Location;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.core.topology.DeviceMemoryPlace;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Reads the value of {@code --gpu}. */
final class GpuPlace {
  private GpuPlace() {}

  static DeviceMemoryPlace parse(String text, CommandSpec spec) {
    int equals = text.indexOf('=');
    String address = text.substring(equals + 1);
    if (equals < 0 || !address.matches("[0-9a-fA-F]{4,8}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\\.[0-7]")) {
      throw wrong(text, spec);
    }
    try {
      Location location = new Location(text.substring(0, equals));
      if (location.isHost()) {
        throw wrong(text, spec);
      }
      return new DeviceMemoryPlace(location.text(), address);
    } catch (MooncakeException e) {
      throw wrong(text, spec);
    }
  }

  private static ParameterException wrong(String text, CommandSpec spec) {
    return new ParameterException(
        spec.commandLine(),
        "--gpu="
            + text
            + " is no memory of a device and its PCI address, such as cuda:0=0000:3b:00.0");
  }
}
