import java.util.Arrays;
import java.util.Collection;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** Events as lines of JSON, and waiting with an end. */
final class Events {
  private Events() {}

  /** Prints an event: its fields are given as names and values by turns. */
  static void emit(String event, Object... fields) {
    var line = new StringBuilder("{\"event\":").append(json(event));
    for (int index = 0; index < fields.length; index += 2) {
      line.append(',').append(json(fields[index])).append(':').append(json(fields[index + 1]));
    }
    System.out.println(line.append('}'));
  }

  static void fact(String name, Object value) {
    emit("fact", "name", name, "value", value);
  }

  /** What is sent has no characters that JSON escapes. */
  private static String json(Object value) {
    if (value instanceof Collection<?> list) return list.stream().map(Events::json).collect(Collectors.joining(",", "[", "]"));
    if (value instanceof Object[] array) return json(Arrays.asList(array));
    return value instanceof String ? "\"" + value + "\"" : String.valueOf(value);
  }

  static void await(BooleanSupplier holds, String what) {
    long end = System.nanoTime() + 30_000_000_000L;
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > end) throw new IllegalStateException(what + " did not come within 30 s");
    }
  }
}
