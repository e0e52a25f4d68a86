// Before anything is drawn: the colours that were chosen last time.
try {
  document.documentElement.dataset.theme = JSON.parse(localStorage.getItem("flowpilot:theme") ?? '"system"');
} catch {
  document.documentElement.dataset.theme = "system";
}
