// Reloads the page when what it shows was built again. Only the servers of "serve" add it; it is in no portal.
// A hidden page holds no connection: a browser has few of them for one host.
const shown = document.currentScript.dataset.builds;
let news = null;

function listen() {
  news?.close();
  news = null;
  if (document.hidden) return;
  news = new EventSource("/~reload/builds");
  news.onmessage = (event) => {
    if (event.data !== shown) location.reload();
  };
}

document.addEventListener("visibilitychange", listen);
listen();
