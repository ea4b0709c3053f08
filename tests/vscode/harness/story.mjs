/**
 * What a story is: something that a person does in the editor, from opening a folder to seeing
 * what came of it.
 */

/**
 * @typedef {object} Story
 * @property {string} title what the person achieves, as a sentence
 * @property {Record<string, string>} files the workspace, by path
 * @property {string} [folder] the workspace's name, where it is seen; else that of the story
 * @property {string} [workspaceFile] one of the files, which names the folders to open, where there
 *   are several
 * @property {Record<string, unknown>} [settings] for this workspace
 * @property {boolean} [firstUse] for somebody who was never told of look-ups
 * @property {boolean} [workspaceTrust] have VS Code ask whether the folder can be trusted
 * @property {boolean} [withoutPython] on a machine whose PATH has no Python, nor anything else
 * @property {{ width: number, height: number, scale: number }} [window]
 * @property {(tools: Preparation) => Promise<void>} [prepare] what else the workspace needs
 * @property {(vscode: import("./workbench.mjs").Workbench) => Promise<void>} play
 */

/**
 * @typedef {object} Preparation
 * @property {string} folder the workspace
 * @property {(path: string) => Promise<void>} createEnvironment makes a virtual environment
 * @property {() => void} installPython puts a Python on the PATH of who has none
 */

/**
 * Gives a story its type: without it, each file would have to name it.
 *
 * @param {Story} definition
 * @returns {Story}
 */
export function story(definition) {
  return definition;
}
