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

  @Option(names = "--log_link", hidden = true)
  private String logLink;

  @Option(names = "--log_backtrace_at", hidden = true)
  private String logBacktraceAt;

  @Option(names = "--logfile_mode", hidden = true, converter = FlagNumbers.Count.class)
  private int logFileMode;

  @Option(names = "--logbufsecs", hidden = true, converter = FlagNumbers.Count.class)
  private int logBufferSeconds;

  @Option(names = "--logbuflevel", hidden = true, converter = FlagNumbers.Count.class)
  private int logBufferLevel;

  @Option(names = "--max_log_size", hidden = true, converter = FlagNumbers.Count.class)
  private int mostLogMegabytes;

  @Option(names = "--stop_logging_if_full_disk", hidden = true, arity = "1", paramLabel = BOOLEAN)
  private boolean stopLoggingIfDiskIsFull;

  @Option(names = "--drop_log_memory", hidden = true, arity = "1", paramLabel = BOOLEAN)
  private boolean dropLogMemory;

  @Option(names = "--alsologtoemail", hidden = true)
  private String alsoLogToEmail;

  @Option(names = "--logemaillevel", hidden = true, converter = FlagNumbers.Count.class)
  private int logEmailLevel;

  @Option(names = "--logmailer", hidden = true)
  private String logMailer;

  @Option(names = "--symbolize_stacktrace", hidden = true, arity = "1", paramLabel = BOOLEAN)
  private boolean symbolizeStackTrace;
}
