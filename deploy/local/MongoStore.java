import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.backend.h2.H2Database;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import io.netty.channel.Channel;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.h2.mvstore.MVStore;

/**
 * Serves the MongoDB wire protocol from one file, for machines without Docker.
 *
 * A write is on disk before it is acknowledged: the store never commits by itself, and each write
 * command commits once. (Left to its background commits the store lost most acknowledged writes
 * when the process was killed.)
 *
 * Usage: MongoStore HOST PORT FILE [PASSWORDS]
 *
 * With the folder PASSWORDS it asks everyone for a user and a password (see MongoUsers).
 */
public final class MongoStore {

    private static final Set<String> WRITES = Set.of(
            "insert", "update", "delete", "findandmodify", "create", "createindexes", "drop",
            "dropdatabase", "dropindexes", "renamecollection");

    /** Answers what current drivers ask for; the library's own versions are too old for them. */
    private static final class Version implements MongoVersion {
        @Override
        public List<Integer> getVersionArray() {
            return List.of(4, 4, 0);
        }

        @Override
        public int getWireVersion() {
            return 9;
        }
    }

    /**
     * Finds documents by `_id` also where the query says more than that.
     *
     * The library uses an index only for a query on exactly its keys, and reads the whole
     * collection for `{_id, revision}`, which is how every guarded write looks (measured: 4 ms
     * among 5 000 documents, and growing with them). It still holds what it finds here against
     * the whole query.
     */
    private static final class IdIndex extends Index<Object> {
        private final Index<Object> index;

        IdIndex(Index<Object> index) {
            super(index.getName(), index.getKeys(), false);
            this.index = index;
        }

        private static Document idOf(Document query) {
            return new Document("_id", query.get("_id"));
        }

        @Override
        public boolean canHandle(Document query) {
            return query.containsKey("_id") && index.canHandle(idOf(query));
        }

        @Override
        public Iterable<Object> getPositions(Document query) {
            return index.getPositions(idOf(query));
        }

        @Override
        public Object getPosition(Document document) {
            return index.getPosition(document);
        }

        @Override
        public void checkAdd(Document document, MongoCollection<Object> collection) {
            index.checkAdd(document, collection);
        }

        @Override
        public void add(Document document, Object position, MongoCollection<Object> collection) {
            index.add(document, position, collection);
        }

        @Override
        public Object remove(Document document) {
            return index.remove(document);
        }

        @Override
        public long getCount() {
            return index.getCount();
        }

        @Override
        public long getDataSize() {
            return index.getDataSize();
        }

        @Override
        public void checkUpdate(Document before, Document after, MongoCollection<Object> in) {
            index.checkUpdate(before, after, in);
        }

        @Override
        public void updateInPlace(
                Document before, Document after, Object position, MongoCollection<Object> in) {
            index.updateInPlace(before, after, position, in);
        }

        @Override
        public boolean isUnique() {
            return index.isUnique();
        }

        @Override
        public void drop() {
            index.drop();
        }
    }

    private static final class IndexedDatabase extends H2Database {
        IndexedDatabase(String name, MVStore store, CursorRegistry cursors) {
            super(name, store, cursors);
        }

        @Override
        protected Index<Object> openOrCreateUniqueIndex(
                String collection, String name, List<IndexKey> keys, boolean sparse) {
            Index<Object> index = super.openOrCreateUniqueIndex(collection, name, keys, sparse);
            boolean onId = keys.size() == 1 && keys.get(0).getKey().equals("_id");
            return onId ? new IdIndex(index) : index;
        }
    }

    private static final class DurableBackend extends H2Backend {
        private final MongoUsers users; // null where nobody is asked

        DurableBackend(MVStore store, MongoUsers users) {
            super(store);
            this.users = users;
        }

        @Override
        protected MongoDatabase openOrCreateDatabase(String name) {
            return new IndexedDatabase(name, getMvStore(), getCursorRegistry());
        }

        @Override
        public Document handleMessage(MongoMessage message) {
            if (users == null) {
                return store(message);
            }
            Document answer = users.answer(message);
            return answer != null ? answer : users.announce(message, store(message));
        }

        @Override
        public void handleClose(Channel channel) {
            super.handleClose(channel);
            if (users != null) {
                users.forget(channel);
            }
        }

        private Document store(MongoMessage message) {
            String command = message.getDocument().keySet().iterator().next();
            try {
                return super.handleMessage(message);
            } finally { // a command that failed may have written a part
                if (WRITES.contains(command.toLowerCase(Locale.ROOT))) {
                    getMvStore().commit();
                }
            }
        }
    }

    public static void main(String[] arguments) throws InterruptedException {
        MVStore store = new MVStore.Builder().fileName(arguments[2]).autoCommitDisabled().open();
        MongoUsers users = arguments.length > 3 ? new MongoUsers(Path.of(arguments[3])) : null;
        DurableBackend backend = new DurableBackend(store, users);
        backend.version(new Version());
        MongoServer server = new MongoServer(backend);
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
        server.bind(arguments[0], Integer.parseInt(arguments[1]));
        new CountDownLatch(1).await();
    }
}
