/** What the pictures of the documentation have in common. */

/** Settings that leave out what a picture is not about, and what is different at each run. */
export const pictureSettings = {
  "editor.minimap.enabled": false,
  "editor.lightbulb.enabled": "off",
  "editor.renderLineHighlight": "none",
  "editor.scrollBeyondLastLine": false,
  "editor.overviewRulerBorder": false,
  "breadcrumbs.enabled": false,
  "workbench.activityBar.location": "hidden",
  "workbench.layoutControl.enabled": false,
  "window.commandCenter": false,
};
