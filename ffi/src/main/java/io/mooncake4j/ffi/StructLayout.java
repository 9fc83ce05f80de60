package io.mooncake4j.ffi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The layout of a C struct or union: offsets, alignment, and a size with the padding at the end,
 * which arrays of structs need and jnr-ffi's {@code Struct.size()} leaves out.
 *
 * <p>Follows the System V ABIs of 64-bit Linux: every field starts at a multiple of its alignment.
 * Bit fields and packed structs are not covered; declare the integer that holds the bits. A user
 * reads offsets once into constants and accesses a direct buffer of the machine's byte order:
 *
 * <pre>{@code
 * static final StructLayout SGE =
 *     StructLayout.struct("ibv_sge").int64("addr").int32("length").int32("lkey").build();
 * static final int LKEY = SGE.offset("lkey");
 *
 * ByteBuffer entries = SGE.allocate(16);
 * entries.putInt(3 * SGE.size() + LKEY, key);
 * }</pre>
 *
 * <p>Immutable and thread-safe. Sizes and offsets are bytes.
 */
public final class StructLayout {
  private final String name;
  private final int size;
  private final int alignment;
  private final Map<String, Integer> offsets;

  private StructLayout(String name, int size, int alignment, Map<String, Integer> offsets) {
    this.name = name;
    this.size = size;
    this.alignment = alignment;
    this.offsets = offsets;
  }

  /** Starts a struct: fields follow each other. */
  public static Builder struct(String name) {
    return new Builder(name, false);
  }

  /** Starts a union: all fields are at offset 0. */
  public static Builder union(String name) {
    return new Builder(name, true);
  }

  /** Returns the C type's name. */
  public String name() {
    return name;
  }

  /** Returns what C's {@code sizeof} says, padding at the end included. */
  public int size() {
    return size;
  }

  /** Returns what C's {@code _Alignof} says. */
  public int alignment() {
    return alignment;
  }

  /**
   * Returns what C's {@code offsetof} says.
   *
   * @param path a field's name; fields of a nested struct as {@code wr.rdma.rkey}; of an array, the
   *     name is where element 0 is
   * @throws IllegalArgumentException if there is no such field
   */
  public int offset(String path) {
    Integer offset = offsets.get(path);
    if (offset == null) {
      throw new IllegalArgumentException(
          name + " has no field " + path + ", only " + offsets.keySet());
    }
    return offset;
  }

  /**
   * Allocates a zeroed array of structs.
   *
   * @return an aligned direct buffer in the machine's byte order, exactly as long as the array; the
   *     memory is freed when the buffer and all its views are unreachable
   */
  public ByteBuffer allocate(int count) {
    if (count <= 0) {
      throw new IllegalArgumentException("an array of " + count + " " + name);
    }
    int bytes = Math.multiplyExact(size, count);
    return ByteBuffer.allocateDirect(Math.addExact(bytes, alignment))
        .alignedSlice(alignment)
        .slice(0, bytes)
        .order(ByteOrder.nativeOrder());
  }

  /** Returns a view of one struct of an array, in the machine's byte order. */
  public ByteBuffer element(ByteBuffer array, int index) {
    Objects.checkIndex(index, array.capacity() / size);
    return array.slice(index * size, size).order(ByteOrder.nativeOrder());
  }

  @Override
  public String toString() {
    return name + " (" + size + " bytes)";
  }

  /** Collects the fields of a layout in their order in C. For one thread. */
  public static final class Builder {
    private static final int POINTER_BYTES = 8;

    private final String name;
    private final boolean union;
    private final Map<String, Integer> offsets = new LinkedHashMap<>();
    private int end;
    private int alignment = 1;

    private Builder(String name, boolean union) {
      this.name = Objects.requireNonNull(name, "name");
      this.union = union;
    }

    /** Adds a field of 8 bits. */
    public Builder int8(String field) {
      add(field, Byte.BYTES, Byte.BYTES);
      return this;
    }

    /** Adds a field of 16 bits. */
    public Builder int16(String field) {
      add(field, Short.BYTES, Short.BYTES);
      return this;
    }

    /** Adds a field of 32 bits: int, float, enum. */
    public Builder int32(String field) {
      add(field, Integer.BYTES, Integer.BYTES);
      return this;
    }

    /** Adds a field of 64 bits: long, size_t, double. */
    public Builder int64(String field) {
      add(field, Long.BYTES, Long.BYTES);
      return this;
    }

    /** Adds a pointer. */
    public Builder pointer(String field) {
      add(field, POINTER_BYTES, POINTER_BYTES);
      return this;
    }

    /** Adds an array of 8-bit elements. */
    public Builder bytes(String field, int count) {
      add(field, requireCount(field, count), 1);
      return this;
    }

    /** Adds a nested struct or union. */
    public Builder nested(String field, StructLayout layout) {
      return array(field, layout, 1);
    }

    /** Adds an array of structs or unions. */
    public Builder array(String field, StructLayout element, int count) {
      int bytes = Math.multiplyExact(element.size, requireCount(field, count));
      int offset = add(field, bytes, element.alignment);
      element.offsets.forEach((inner, at) -> offsets.put(field + "." + inner, offset + at));
      return this;
    }

    /** Returns the finished layout. */
    public StructLayout build() {
      if (offsets.isEmpty()) {
        throw new IllegalStateException(name + " has no fields");
      }
      // The padding that makes the next element of an array aligned too.
      return new StructLayout(name, align(end, alignment), alignment, new LinkedHashMap<>(offsets));
    }

    private int add(String field, int bytes, int fieldAlignment) {
      int offset = union ? 0 : align(end, fieldAlignment);
      if (offsets.putIfAbsent(field, offset) != null) {
        throw new IllegalArgumentException(name + " has two fields " + field);
      }
      end = Math.max(end, Math.addExact(offset, bytes));
      alignment = Math.max(alignment, fieldAlignment);
      return offset;
    }

    private static int align(int offset, int alignment) {
      return Math.addExact(offset, alignment - 1) / alignment * alignment;
    }

    private int requireCount(String field, int count) {
      if (count <= 0) {
        throw new IllegalArgumentException(name + "." + field + " has " + count + " elements");
      }
      return count;
    }
  }
}
