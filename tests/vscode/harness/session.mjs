/**
 * One VS Code with Pinwise in it, and nothing of the user's: home, settings, extensions,
 * workspaces and browser profile all lie in a temporary folder that goes when the session ends.
 */

import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { chromium as browserType } from "playwright-core";

import { chromium, venvProgram } from "../../../scripts/lib/paths.mjs";
import { run } from "../../../scripts/lib/processes.mjs";
import { StepContext } from "../../../scripts/lib/steps.mjs";
import { installExtension, startVscode, writeProfile } from "../../../scripts/lib/vscode.mjs";
import { Workbench } from "./workbench.mjs";

/** What keeps VS Code still and its screen readable to a program. */
const settings = {
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.welcomePage.walkthroughs.openOnInstall": false,
  "workbench.enableExperiments": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.colorTheme": "Default Light Modern",
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "chat.disableAIFeatures": true,
  "chat.commandCenter.enabled": false,
  "git.enabled": false,
  "window.confirmBeforeClose": "never",
  // Where trust is asked for, a story gives it itself.
  "security.workspace.trust.startupPrompt": "never",
  "editor.accessibilitySupport": "off",
  // In the browser the default is to save by itself, behind the story's back.
  "files.autoSave": "off",
  // Drawn as text, the terminal can be read.
  "terminal.integrated.gpuAcceleration": "off",
  "terminal.integrated.defaultProfile.linux": "bash",
  "terminal.integrated.enablePersistentSessions": false,
};

const browserArguments = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * The interpreter that `.venv` was made from, free of the shims and wrappers that may stand
 * before it on PATH.
 */
async function basePython() {
  const { code, output } = await run(venvProgram("python"), [
    "-I",
    "-c",
    "import sys; print(sys._base_executable)",
  ]);
  const executable = output.trim();
  if (code !== 0 || !existsSync(executable)) throw new Error(`.venv has no base Python: ${output}`);
  return executable;
}

/**
 * Everything that a program needs, and nothing that the person at this machine has set up.
 *
 * @param {string} home
 * @param {string} python
 * @param {string} indexUrl
 * @param {string | undefined} programs the one folder on PATH, instead of the usual ones
 * @returns {NodeJS.ProcessEnv}
 */
function cleanEnvironment(home, python, indexUrl, programs) {
  return {
    HOME: home,
    USER: process.env["USER"] ?? "user",
    LANG: "C.UTF-8",
    SHELL: "/bin/bash",
    TMPDIR: tmpdir(),
    PATH:
      programs ?? [path.dirname(python), "/usr/local/bin", "/usr/bin", "/bin"].join(path.delimiter),
    // The one index there is, whatever the configuration files of this machine say.
    PIP_CONFIG_FILE: "/dev/null",
    PIP_INDEX_URL: indexUrl,
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
    // The keyring of this machine is none of the stories' business.
    PIP_KEYRING_PROVIDER: "disabled",
    NO_PROXY: "127.0.0.1,localhost",
  };
}

/**
 * VS Code asks a login shell for the environment, and the system's profile sets PATH and the
 * prompt to values of its own: these files have the last word.
 *
 * @param {string} home
 * @param {NodeJS.ProcessEnv} env
 */
function writeShellFiles(home, env) {
  // A story may have start-up files of its own: terminals begin in its workspace.
  const ofStory = "if [ -r .story.bashrc ]; then . ./.story.bashrc; fi";
  writeFileSync(path.join(home, ".bashrc"), `PS1='$ '\n${ofStory}\n`);
  writeFileSync(path.join(home, ".bash_profile"), `export PATH='${env["PATH"]}'\n. ~/.bashrc\n`);
}

/**
 * What says that the notice about look-ups was shown: only a story about it is for a newcomer.
 *
 * @param {string} home
 */
function noticeMark(home) {
  return path.join(home, ".local", "state", "pinwise", "network-notice");
}

/** What the extension and its server logged. VS Code's own logs are kept, but not shown. */
const ownLog = /\/pinwise\.pinwise\/[^/]*\.log$/;

export class Session {
  /** @type {string} */
  #folder;
  /** @type {import("../../../scripts/lib/vscode.mjs").VscodeServer} */
  #server;
  /** @type {import("playwright-core").Browser} */
  #browser;
  /** @type {string} */
  #python;

  /**
   * @param {string} folder
   * @param {import("../../../scripts/lib/vscode.mjs").VscodeServer} server
   * @param {import("playwright-core").Browser} browser
   * @param {string} python
   */
  constructor(folder, server, browser, python) {
    this.#folder = folder;
    this.#server = server;
    this.#browser = browser;
    this.#python = python;
  }

  /**
   * @param {object} options
   * @param {string} options.vsix
   * @param {string} options.indexUrl
   * @param {boolean} options.workspaceTrust
   * @param {boolean} options.withoutPython
   */
  static async start({ vsix, indexUrl, workspaceTrust, withoutPython }) {
    const folder = mkdtempSync(path.join(tmpdir(), "pinwise-stories-"));
    const home = path.join(folder, "home");
    const profile = path.join(folder, "profile");
    mkdirSync(path.dirname(noticeMark(home)), { recursive: true });
    writeFileSync(noticeMark(home), "");
    try {
      writeProfile(profile, {
        ...settings,
        "security.workspace.trust.enabled": workspaceTrust,
      });
      await installExtension(new StepContext("stories-install"), profile, vsix);
      const python = await basePython();
      const programs = path.join(folder, "programs");
      mkdirSync(programs);
      const env = cleanEnvironment(home, python, indexUrl, withoutPython ? programs : undefined);
      writeShellFiles(home, env);
      const server = await startVscode({
        profile,
        workspace: home,
        env,
        workspaceTrust,
      });
      try {
        const browser = await browserType.launch({
          executablePath: chromium() ?? "chromium",
          args: browserArguments,
        });
        return new Session(folder, server, browser, python);
      } catch (error) {
        await server.stop();
        throw error;
      }
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  async stop() {
    await this.#browser.close();
    await this.#server.stop();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  /**
   * Makes a workspace for a story, opens it in a window of its own and plays the story. On
   * failure, a picture of the window and the logs stay in the results' folder.
   *
   * @param {string} name
   * @param {import("./story.mjs").Story} story
   * @param {object} places
   * @param {string} places.results a folder for pictures and logs
   * @param {string | undefined} places.gallery the pictures of the documentation, to be renewed
   * @param {(text: string) => void} log
   */
  async play(name, story, { results, gallery }, log) {
    const own = path.join(this.#folder, "workspaces", name);
    // A story that is played again begins with nothing that it has left.
    rmSync(own, { recursive: true, force: true });
    const folder = path.join(own, story.folder ?? name);
    for (const [file, text] of Object.entries(story.files)) {
      const target = path.join(folder, file);
      mkdirSync(path.dirname(target), { recursive: true });
      // Never through a link, which could lead out of the workspace.
      writeFileSync(target, text, { flag: "wx" });
    }
    if (story.settings) {
      mkdirSync(path.join(folder, ".vscode"), { recursive: true });
      const text = JSON.stringify(story.settings, null, 2);
      writeFileSync(path.join(folder, ".vscode", "settings.json"), text);
    }
    if (story.firstUse) rmSync(noticeMark(path.join(this.#folder, "home")), { force: true });
    await story.prepare?.({
      folder,
      createEnvironment: (place) => this.#createEnvironment(path.join(folder, place)),
      installPython: () =>
        symlinkSync(this.#python, path.join(this.#folder, "programs", "python3")),
    });
    const { width, height, scale } = story.window ?? { width: 1400, height: 900, scale: 1 };
    const context = await this.#browser.newContext({
      viewport: { width, height },
      deviceScaleFactor: scale,
    });
    mkdirSync(results, { recursive: true });
    const logsBefore = new Set(this.#logFolders());
    try {
      const page = await context.newPage();
      const vscode = new Workbench(page, { folder, results, gallery, log });
      try {
        await vscode.open(this.#server.url, story.workspaceFile);
        await story.play(vscode);
      } catch (error) {
        // A restricted window, or one without its folder, shows there. Where pictures cannot be
        // looked at, this is what tells.
        log(`The status bar said: ${await vscode.statusBar().catch(String)}`);
        await vscode.screenshot("failure").catch((/** @type {unknown} */ problem) => {
          log(`There is no picture of the failure: ${String(problem)}`);
        });
        throw error;
      }
    } finally {
      const logs = this.#logFolders().filter((known) => !logsBefore.has(known));
      this.#keepLogs(logs, path.join(results, "logs"));
      await context.close();
    }
  }

  /** @param {string} place */
  async #createEnvironment(place) {
    const { code, output } = await run(venvProgram("python"), [
      ...["-m", "virtualenv", "--no-periodic-update", "--python", this.#python, place],
    ]);
    if (code !== 0) throw new Error(`There is no environment ${place}: ${output}`);
  }

  /** The folders of logs: one for each window, which is to say for each story. */
  #logFolders() {
    const logs = path.join(this.#folder, "profile", "data", "logs");
    if (!existsSync(logs)) return [];
    return readdirSync(logs, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name.startsWith("exthost"))
      .map((entry) => path.join(entry.parentPath, entry.name));
  }

  /**
   * @param {string[]} folders
   * @param {string} target
   */
  #keepLogs(folders, target) {
    for (const folder of folders) {
      cpSync(folder, path.join(target, path.basename(folder)), { recursive: true });
    }
  }
}

/**
 * What the extension and its server logged, for the terminal of whoever has to find out.
 *
 * @param {string} results the folder that a story's logs were kept in
 */
export function readLogs(results) {
  const logs = path.join(results, "logs");
  if (!existsSync(logs)) return [];
  return readdirSync(logs, { recursive: true, encoding: "utf8" })
    .filter((name) => ownLog.test(name))
    .map((name) => ({ name, text: readFileSync(path.join(logs, name), "utf8") }));
}
