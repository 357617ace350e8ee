package qingfeng.app

import android.content.res.AssetManager
import android.webkit.WebResourceResponse
import androidx.webkit.WebViewAssetLoader
import java.io.ByteArrayInputStream
import java.io.IOException
import java.io.InputStream

/** The built pages of apps/field, from the app's assets, each under the policy that mobile-bindings/web holds for them. */
internal class AppPages(private val assets: AssetManager) : WebViewAssetLoader.PathHandler {
    private val policy = assets.open("content-security-policy.txt").use { it.reader().readText().trim() }

    override fun handle(path: String): WebResourceResponse {
        // A view's address is the app's own page, as in mobile-bindings/loopback/pages.cc.
        val page = path.substringAfterLast('/').none { it == '.' }
        val name = if (page) "index.html" else path
        val body = open("field/$name") ?: return answer(404, "Not Found", "text/plain", ByteArrayInputStream(ByteArray(0)))
        return answer(200, "OK", TYPES[name.substringAfterLast('.')] ?: "application/octet-stream", body)
    }

    private fun open(name: String): InputStream? = try {
        assets.open(name)
    } catch (_: IOException) {
        null
    }

    private fun answer(status: Int, phrase: String, type: String, body: InputStream): WebResourceResponse {
        val headers = mapOf("Content-Security-Policy" to policy, "X-Content-Type-Options" to "nosniff", "Referrer-Policy" to "no-referrer")
        return WebResourceResponse(type, "utf-8", status, phrase, headers, body)
    }

    private companion object {
        val TYPES = mapOf(
            "html" to "text/html", "js" to "text/javascript", "css" to "text/css", "json" to "application/json",
            "svg" to "image/svg+xml", "png" to "image/png", "woff2" to "font/woff2", "wasm" to "application/wasm",
        )
    }
}
