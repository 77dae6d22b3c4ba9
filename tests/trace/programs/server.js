// A server of lines in Node; ends after two clients.
const net = require('net');
let left = 2;
const server = net.createServer({ allowHalfOpen: true }, (client) => {
  client.on('data', (data) => client.write(data.toString().toUpperCase()));
  client.on('end', () => {
    client.end();
    if (--left === 0) server.close();
  });
});
server.listen(7000, '127.0.0.1');
