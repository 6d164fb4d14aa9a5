import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** The server's side of one SCRAM-SHA-256 conversation (RFC 5802 and 7677), without binding. */
final class MongoScram {

    private static final int ITERATIONS = 15_000; // the least that clients accept is 4 096
    private static final String HEADER = "n,,";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String first; // the client's first message, without its header
    private final String user;
    private final String nonce;
    private final String challenge;
    private final byte[] salted;
    private boolean proven;

    MongoScram(String message, String password) {
        first = message.substring(HEADER.length());
        user = userOf(message);
        byte[] salt = random(16);
        nonce = attributes(first).get("r") + Base64.getEncoder().encodeToString(random(18));
        String written = Base64.getEncoder().encodeToString(salt);
        challenge = "r=" + nonce + ",s=" + written + ",i=" + ITERATIONS;
        salted = salt(password, salt);
    }

    static String userOf(String message) {
        return attributes(message.substring(HEADER.length())).getOrDefault("n", "");
    }

    String user() {
        return user;
    }

    boolean proven() {
        return proven;
    }

    String challenge() {
        return challenge;
    }

    /** Returns the server's own proof where the client's is right, else null. */
    String prove(String last) {
        Map<String, String> said = attributes(last);
        String all = first + "," + challenge + "," + last.substring(0, last.indexOf(",p="));
        byte[] key = sign(salted, "Client Key");
        byte[] proof = sign(digest(key), all);
        for (int index = 0; index < proof.length; index++) {
            proof[index] ^= key[index];
        }
        byte[] shown = Base64.getDecoder().decode(said.getOrDefault("p", ""));
        proven = nonce.equals(said.get("r")) && MessageDigest.isEqual(proof, shown);
        byte[] own = sign(sign(salted, "Server Key"), all);
        return proven ? "v=" + Base64.getEncoder().encodeToString(own) : null;
    }

    private static Map<String, String> attributes(String message) {
        Map<String, String> found = new HashMap<>();
        for (String part : message.split(",")) {
            if (part.length() > 1 && part.charAt(1) == '=') {
                found.put(part.substring(0, 1), part.substring(2));
            }
        }
        return found;
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    private static byte[] salt(String password, byte[] salt) {
        try {
            PBEKeySpec key = new PBEKeySpec(password.toCharArray(), salt, ITERATIONS, 256);
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(key)
                    .getEncoded();
        } catch (GeneralSecurityException error) {
            throw new IllegalStateException(error);
        }
    }

    private static byte[] sign(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException error) {
            throw new IllegalStateException(error);
        }
    }

    private static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException error) {
            throw new IllegalStateException(error);
        }
    }
}
