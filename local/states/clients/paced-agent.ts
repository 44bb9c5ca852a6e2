// Connections for many calls at once are opened one after the other. Node accepts one connection in a turn of its event
// loop, and those that it has not accepted break when there are more than the socket keeps (511, on macOS 128).
import type { Agent } from 'node:http';

/** The agent, which begins a new connection when the one before it is made and the server had its turn. */
export function paced<A extends Agent>(agent: A): A {
  const connect = agent.createConnection.bind(agent);
  const waiting: (() => void)[] = [];
  let isConnecting = false;

  function goOn(): void {
    isConnecting = false;
    waiting.shift()?.();
  }

  agent.createConnection = (options, done) => {
    const begin = (): void => {
      isConnecting = true;
      const socket = connect(options);
      if (!socket) {
        goOn();
        return;
      }
      const next = (): void => {
        socket.off('connect', next).off('close', next);
        setImmediate(goOn);
      };
      socket.once('connect', next).once('close', next);
      done?.(null, socket);
    };
    if (isConnecting) waiting.push(begin);
    else begin();
    return undefined;
  };
  return agent;
}
