// What a program that a test starts has of the test's environment: nothing that could change what it does.

/** Where programs are, and what Node has compiled before. */
export const childEnvironment: NodeJS.ProcessEnv = {
  PATH: process.env['PATH'],
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
};
