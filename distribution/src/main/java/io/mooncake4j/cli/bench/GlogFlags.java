package io.mooncake4j.cli.bench;

import picocli.CommandLine.Option;

/**
 * The flags of glog that C++ programs are started with. They are checked and have no effect:
 * logging here is set up by {@code conf/logback.xml} and {@code --verbose}.
 */
@SuppressWarnings("UnusedVariable")
final class GlogFlags {
  private static final String BOOLEAN = "BOOL";

  @Option(names = "--logtostderr", hidden = true, arity = "1", paramLabel = BOOLEAN)
  private boolean logToStderr;

  @Option(names = "--alsologtostderr", hidden = true, arity = "1", paramLabel = BOOLEAN)
  private boolean alsoLogToStderr;

  @Option(names = "--colorlogtostderr", hidden = true, arity = "1", paramLabel = BOOLEAN)
  private boolean colorLogToStderr;

  @Option(names = "--log_prefix", hidden = true, arity = "1", paramLabel = BOOLEAN)
  private boolean logPrefix;

  @Option(names = "--v", hidden = true, converter = FlagNumbers.Count.class)
  private int verbosity;

  @Option(names = "--vmodule", hidden = true)
  private String verbosityOfModules;

  @Option(names = "--minloglevel", hidden = true, converter = FlagNumbers.Count.class)
  private int minLogLevel;

  @Option(names = "--stderrthreshold", hidden = true, converter = FlagNumbers.Count.class)
  private int stderrThreshold;

  @Option(names = "--log_dir", hidden = true)
  private String logFolder;
}
