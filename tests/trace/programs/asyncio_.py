# asyncio: a coroutine for each client, until two have gone.
import asyncio

gone = 0


async def serve(reader, writer):
    global gone
    while line := await reader.readline():
        writer.write(line.upper())
        await writer.drain()
    writer.close()
    gone += 1


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 7000)
    async with server:
        while gone < 2:
            await asyncio.sleep(0.2)


asyncio.run(main())
