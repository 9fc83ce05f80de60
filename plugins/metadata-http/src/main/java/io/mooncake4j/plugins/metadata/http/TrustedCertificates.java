package io.mooncake4j.plugins.metadata.http;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Trust in the certificates of a file, and in no others.
 *
 * @param sockets makes connections
 * @param manager checks certificates
 */
record TrustedCertificates(SSLSocketFactory sockets, X509TrustManager manager) {

  /**
   * Reads a file of PEM or DER certificates.
   *
   * @throws MooncakeException with {@link ErrorCode#OPTION} when it has none
   */
  static TrustedCertificates of(String file) {
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      Collection<? extends Certificate> certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (certificates.isEmpty()) {
        throw refusal(file, "it has no certificate", null);
      }
      return of(certificates);
    } catch (IOException | GeneralSecurityException | InvalidPathException e) {
      throw refusal(file, "it cannot be read (" + Shown.text(e.toString()) + ")", e);
    }
  }

  private static TrustedCertificates of(Collection<? extends Certificate> certificates)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    int number = 0;
    for (Certificate certificate : certificates) {
      store.setCertificateEntry("ca-" + number++, certificate);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509TrustManager x509) {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {x509}, null);
        return new TrustedCertificates(context.getSocketFactory(), x509);
      }
    }
    throw new GeneralSecurityException("this JVM cannot check X.509 certificates");
  }

  private static MooncakeException refusal(String file, String words, Throwable cause) {
    return new MooncakeException(
        ErrorCode.OPTION,
        HttpOptions.CA_FILE + "=" + file + ": " + words + "; name a file of PEM certificates",
        cause);
  }
}
