/** The engine behind the api. */
package io.mooncake4j.core;
