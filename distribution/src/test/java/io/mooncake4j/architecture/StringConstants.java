package io.mooncake4j.architecture;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The string literals of a class file, read from its constant pool (JVM specification, 4.4). */
final class StringConstants {
  private StringConstants() {}

  static Set<String> of(InputStream classFile) throws IOException {
    DataInputStream in = new DataInputStream(classFile);
    if (in.readInt() != 0xCAFEBABE) {
      throw new IOException("this is no class file");
    }
    in.skipNBytes(4);
    int count = in.readUnsignedShort();
    String[] texts = new String[count];
    List<Integer> literals = new ArrayList<>();
    for (int i = 1; i < count; i++) {
      int tag = in.readUnsignedByte();
      switch (tag) {
        case 1 -> texts[i] = in.readUTF();
        case 8 -> literals.add(in.readUnsignedShort());
        case 7, 16, 19, 20 -> in.skipNBytes(2);
        case 15 -> in.skipNBytes(3);
        case 3, 4, 9, 10, 11, 12, 17, 18 -> in.skipNBytes(4);
        case 5, 6 -> {
          in.skipNBytes(8);
          i++; // A long or double takes two entries.
        }
        default -> throw new IOException("constant " + i + " has the unknown tag " + tag);
      }
    }
    Set<String> values = new LinkedHashSet<>();
    literals.forEach(index -> values.add(texts[index]));
    return values;
  }
}
