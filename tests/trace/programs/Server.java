// A thread for each client; two of them.
import java.io.*;
import java.net.*;

public class Server {
    public static void main(String[] args) throws Exception {
        ServerSocket listener = new ServerSocket(7000, 5, InetAddress.getByName("127.0.0.1"));
        for (int i = 0; i < 2; i++) {
            Socket client = listener.accept();
            new Thread(() -> serve(client)).start();
        }
        listener.close();
    }

    static void serve(Socket client) {
        try (client) {
            byte[] data = new byte[1024];
            for (int n; (n = client.getInputStream().read(data)) > 0; ) {
                client.getOutputStream().write(new String(data, 0, n).toUpperCase().getBytes());
            }
        } catch (IOException e) {
            e.printStackTrace();
        }
    }
}
