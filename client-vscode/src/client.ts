/** Makes the language client for one start of the server. */

import readline from "node:readline";

import * as vscode from "vscode";
import {
  LanguageClient,
  type LanguageClientOptions,
  RevealOutputChannelOn,
  State,
} from "vscode-languageclient/node";

import { isConfirmed } from "./confirmation";
import { toldToUser } from "./errors";
import { serverLog } from "./log";
import { showAnswer } from "./network";
import { CancellableProgress } from "./progress";
import type { InitializationOptions } from "./protocol";
import { pythonSettingNames, withPythonSettings } from "./pythonSettings";
import { documentSelector } from "./requirementsFiles";
import type { ServerLaunch } from "./server";
import type { ExecutedCommand, ServerClient } from "./session";
import { allSettings, section } from "./settings";

export function connect(
  launch: ServerLaunch,
  log: vscode.LogOutputChannel,
  onExecuted: (executed: ExecutedCommand) => void,
): ServerClient {
  const { command, args, cwd } = launch;
  const progress = new CancellableProgress((token) => {
    void client.sendNotification("window/workDoneProgress/cancel", { token });
  });
  const client: LanguageClient = new LanguageClient(
    // Also the section in which the client looks for `trace.server`.
    section,
    "Pinwise",
    // No `transport`: the client would append `--stdio` to the arguments.
    { command, args: [...args], options: { cwd } },
    clientOptions(log, progress, onExecuted, () =>
      client.sendRequest("workspace/executeCommand", { command: "pinwise.retry", arguments: [{}] }),
    ),
  );
  client.onRequest<boolean, unknown>("pinwise/confirm", isConfirmed);
  client.onDidChangeState(({ newState }) => {
    if (newState === State.Stopped) progress.clear();
  });
  return {
    start: () => client.start(),
    stop: () => client.dispose(),
    sendRequest: (method, params, token) =>
      // A token that is undefined would be taken for a second parameter of the method.
      token ? client.sendRequest(method, params, token) : client.sendRequest(method, params),
    sendNotification: (method, params) => client.sendNotification(method, params),
    onNotification: (method, handler) => client.onNotification(method, handler),
    onDidChangeRunning: (listener) =>
      client.onDidChangeState(({ newState }) => listener(newState === State.Running)),
  };
}

function clientOptions(
  log: vscode.LogOutputChannel,
  progress: CancellableProgress,
  onExecuted: (executed: ExecutedCommand) => void,
  retry: () => Thenable<unknown>,
): LanguageClientOptions {
  return {
    documentSelector,
    // A function, because the client calls it again when it restarts a server that crashed.
    initializationOptions,
    outputChannel: log,
    // The channel never takes the focus by itself; the status bar says that something is wrong.
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    synchronize: { configurationSection: [section, ...pythonSettingNames] },
    middleware: {
      workspace: {
        configuration: async (params, token, next) => {
          const answers: unknown = await next(params, token);
          if (!Array.isArray(answers)) return [];
          return answers.map((values: unknown, place) => {
            const item = params.items[place];
            if (item?.section !== section) return values;
            return withPythonSettings(
              values,
              item.scopeUri ? vscode.Uri.parse(item.scopeUri) : undefined,
            );
          });
        },
      },
      handleWorkDoneProgress: (token, step, next) =>
        progress.handle(token, step, () => next(token, step)),
      executeCommand: (command, given, next) =>
        toldToUser(async () => {
          // The picker shows more than the question that the server asks in other editors.
          if (command === "pinwise.chooseEnvironment")
            return vscode.commands.executeCommand("pinwise.selectInterpreter");
          const answer: unknown = await next(command, given);
          onExecuted({ command, argument: given[0] instanceof Object ? given[0] : {}, answer });
          await showAnswer(command, given, answer, retry);
          return answer;
        }),
    },
    // The client pulls nothing by itself, unless told when.
    diagnosticPullOptions: { onChange: true, onFocus: true },
    stdioOptions: {
      // Standard output carries the protocol; the option asks for a reader of it all the same.
      stdout: (stream) => logLines(stream, log),
      stderr: (stream) => logLines(stream, log),
    },
  };
}

function initializationOptions(): InitializationOptions {
  return {
    trusted: vscode.workspace.isTrusted,
    settings: withPythonSettings(allSettings(), undefined),
    environmentStatus: true,
    networkDialogs: true,
    modalQuestions: true,
  };
}

function logLines(input: NodeJS.ReadableStream, log: vscode.LogOutputChannel): void {
  const lines = readline.createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  lines.on("line", serverLog(log));
}
