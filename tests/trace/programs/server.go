// A goroutine for each client; two of them.
package main

import (
	"bufio"
	"net"
	"strings"
	"sync"
)

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:7000")
	if err != nil {
		panic(err)
	}
	var served sync.WaitGroup
	for i := 0; i < 2; i++ {
		client, err := listener.Accept()
		if err != nil {
			panic(err)
		}
		served.Add(1)
		go func() {
			defer served.Done()
			defer client.Close()
			for lines := bufio.NewScanner(client); lines.Scan(); {
				client.Write([]byte(strings.ToUpper(lines.Text()) + "\n"))
			}
		}()
	}
	served.Wait()
}
