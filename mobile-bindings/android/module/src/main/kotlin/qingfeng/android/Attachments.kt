package qingfeng.android

import android.content.ContentResolver
import android.net.Uri
import com.google.protobuf.ByteString
import java.io.FileNotFoundException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import qingfeng.client.QingfengException
import qingfeng.client.v1.AttachmentInfo
import qingfeng.client.v1.FieldService
import qingfeng.common.v1.Reason

/**
 * Seals what [uri] names (a picture that was chosen, a recording) into the draft of that id. The core reads it through its descriptor:
 * no copy of it lies in a file of this app.
 *
 * @throws QingfengException of FieldService.attachFile; REASON_FILE_MISSING if there is nothing at [uri].
 */
suspend fun FieldService.attach(resolver: ContentResolver, draft: ByteString, uri: Uri, shownName: String): AttachmentInfo =
    withContext(Dispatchers.IO) {
        val file = try {
            resolver.openFileDescriptor(uri, "r")
        } catch (_: FileNotFoundException) {
            null
        } ?: throw QingfengException.of(Reason.REASON_FILE_MISSING, "there is no such file, or its owner does not give it")
        file.use {
            attachFile {
                draftId = draft
                fd = it.fd
                name = shownName
            }.file
        }
    }
