/**
 * Finds providers on the class path and in plugin folders, each plugin behind a class loader of its
 * own. The one package that knows pf4j, and there the one class {@code Pf4jPluginHost}.
 */
package io.mooncake4j.core.plugin;
