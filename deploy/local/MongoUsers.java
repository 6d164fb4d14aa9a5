import de.bwaldvogel.mongo.bson.BinData;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import io.netty.channel.Channel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who may do what on the server: `root` everything, user X everything in the database `tocsin_X`.
 *
 * A user exists when the folder holds `mongo_X_password`, as the operator's installation has it.
 * Connections prove the password by SCRAM-SHA-256; before that they may only greet.
 */
final class MongoUsers {

    private static final int UNAUTHORIZED = 13;
    private static final int FAILED = 18;
    private static final String ROOT = "root";
    private static final String MECHANISM = "SCRAM-SHA-256";
    private static final Set<String> GREETINGS = Set.of(
            "hello", "ismaster", "ping", "buildinfo", "endsessions", "logout");

    private final Path passwords;
    private final Map<Channel, MongoScram> conversations = new ConcurrentHashMap<>();

    MongoUsers(Path passwords) {
        this.passwords = passwords;
    }

    /** Returns the answer to a step of signing in, or null for what the store shall answer. */
    Document answer(MongoMessage message) {
        Document body = message.getDocument();
        String command = body.keySet().iterator().next().toLowerCase(Locale.ROOT);
        switch (command) {
            case "saslstart":
                return begin(message.getChannel(), body);
            case "saslcontinue":
                return go(message.getChannel(), body);
            default:
                refuse(message, command);
                return null;
        }
    }

    /** Adds to a greeting's answer how one signs in, where the client asked for it. */
    Document announce(MongoMessage message, Document answer) {
        if (message.getDocument().containsKey("saslSupportedMechs")) {
            answer.put("saslSupportedMechs", List.of(MECHANISM));
        }
        return answer;
    }

    /** Forgets who was signed in on a connection that closed. */
    void forget(Channel channel) {
        conversations.remove(channel);
    }

    private void refuse(MongoMessage message, String command) {
        if (GREETINGS.contains(command)) {
            return;
        }
        MongoScram conversation = conversations.get(message.getChannel());
        if (conversation == null || !conversation.proven()) {
            throw unauthorized("command " + command + " requires authentication");
        }
        String user = conversation.user();
        String database = message.getDatabaseName();
        if (!user.equals(ROOT) && !database.equals("tocsin_" + user)) {
            throw unauthorized("not authorized on " + database + " to execute " + command);
        }
    }

    private Document begin(Channel channel, Document body) {
        if (!MECHANISM.equals(body.get("mechanism"))) {
            throw new MongoServerError(FAILED, "AuthenticationFailed", "only " + MECHANISM);
        }
        String first = payload(body);
        MongoScram conversation = new MongoScram(first, password(MongoScram.userOf(first)));
        conversations.put(channel, conversation);
        return step(conversation.challenge(), false);
    }

    private Document go(Channel channel, Document body) {
        MongoScram conversation = conversations.get(channel);
        String payload = payload(body);
        if (conversation == null || (!conversation.proven() && payload.isEmpty())) {
            throw new MongoServerError(FAILED, "AuthenticationFailed", "no conversation");
        }
        if (conversation.proven()) {
            return step("", true); // what older clients send as the last word
        }
        String signature = conversation.prove(payload);
        if (signature == null) {
            conversations.remove(channel);
            throw new MongoServerError(FAILED, "AuthenticationFailed", "Authentication failed.");
        }
        return step(signature, true);
    }

    private static Document step(String payload, boolean done) {
        Document answer = new Document("conversationId", 1);
        answer.put("payload", new BinData(payload.getBytes(StandardCharsets.UTF_8)));
        answer.put("done", done);
        answer.put("ok", 1.0);
        return answer;
    }

    private static String payload(Document body) {
        return new String(((BinData) body.get("payload")).getData(), StandardCharsets.UTF_8);
    }

    /** Returns the user's password; for an unknown one none that anybody could prove. */
    private String password(String user) {
        Path file = passwords.resolve("mongo_" + user + "_password");
        try {
            return user.matches("[a-z]+") && Files.exists(file)
                    ? Files.readString(file).strip()
                    : UUID.randomUUID().toString();
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    private static MongoServerError unauthorized(String reason) {
        return new MongoServerError(UNAUTHORIZED, "Unauthorized", reason);
    }
}
