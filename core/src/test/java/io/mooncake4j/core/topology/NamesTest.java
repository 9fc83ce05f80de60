package io.mooncake4j.core.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NamesTest {
  @Test
  void numbersInNamesCountAsNumbers() {
    List<String> sorted =
        List.of(
            "bnxt_re0", "mlx4_0", "mlx5_0", "mlx5_00", "mlx5_2", "mlx5_10", "mlx5_10a", "mlx5_a");
    List<String> names = new ArrayList<>(sorted);
    Collections.shuffle(names, new Random(1));
    names.sort(Names.NATURAL);

    assertThat(names).isEqualTo(sorted);
  }

  @Test
  void pciAddressesAreLowerCase() {
    assertThat(Names.pciAddress(" 0000:3B:00.0\n")).contains("0000:3b:00.0");
    assertThat(Names.pciAddress("10000:E1:00.7")).contains("10000:e1:00.7");
    assertThat(Names.pciAddress("00000000:3B:00.0")).contains("00000000:3b:00.0");
    assertThat(Names.pciAddress("3b:00.0")).isEmpty();
    assertThat(Names.pciAddress("0000:3b:00.8")).isEmpty();
    assertThat(Names.pciAddress("0000:3b:00.0/../x")).isEmpty();
  }

  @Test
  void distanceIsTheNumberOfSlashesBehindTheCommonCharacters() {
    assertDistance("/sys/devices/a/b", "/sys/devices/a/b", 0);
    assertDistance("/d/0000:17:00.0", "/d/0000:17:00.1", 0);
    assertDistance("/d/0000:17:00.0", "/d/0000:18:00.0", 0);
    assertDistance("/d/a", "/d/a/b", 1);
    assertDistance("/d/a/b", "/d/ac/b", 2);
    assertDistance("/d/16/16:01/17", "/d/c9/c9:01/ca", 4);
  }

  private static void assertDistance(String left, String right, int distance) {
    assertThat(PciDevices.distanceOfPaths(left, right)).isEqualTo(distance);
    assertThat(PciDevices.distanceOfPaths(right, left)).isEqualTo(distance);
  }
}
