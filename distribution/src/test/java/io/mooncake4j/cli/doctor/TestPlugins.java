package io.mooncake4j.cli.doctor;

import io.mooncake4j.spi.MemoryDeviceProvider;
import io.mooncake4j.spi.MetadataStoreProvider;
import io.mooncake4j.spi.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Packs classes of these tests as plugins. */
public final class TestPlugins {
  private TestPlugins() {}

  /** Fills a folder with a good plugin with secrets, one that is not available, and one broken. */
  public static Path fill(Path folder) throws IOException {
    Files.createDirectories(folder);
    pack(folder.resolve("vault.jar"), "vault", MetadataStoreProvider.class, VaultProvider.class);
    // The id that USE_MUSA stands for, so that it is installed and cannot work.
    pack(folder.resolve("attic.jar"), "musa", MemoryDeviceProvider.class, AtticProvider.class);
    Files.writeString(folder.resolve("broken.jar"), "no jar");
    return folder;
  }

  private static <P extends Provider> void pack(
      Path jar, String id, Class<P> type, Class<? extends P> provider) throws IOException {
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.putValue("Plugin-Id", id);
    attributes.putValue("Plugin-Version", "1.2.3");
    attributes.putValue("Plugin-Requires", ">=0.1.0 & <0.2.0");
    attributes.putValue("Plugin-Provider", "tests");
    String classFile = provider.getName().replace('.', '/') + ".class";
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream packed = new JarOutputStream(out, manifest);
        InputStream code = provider.getResourceAsStream("/" + classFile)) {
      packed.putNextEntry(new JarEntry(classFile));
      code.transferTo(packed);
      packed.closeEntry();
      packed.putNextEntry(new JarEntry("META-INF/services/" + type.getName()));
      packed.write(provider.getName().getBytes(StandardCharsets.UTF_8));
      packed.closeEntry();
    }
  }
}
