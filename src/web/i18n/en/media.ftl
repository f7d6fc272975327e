## The media library

media = Pictures
media-lead = Pictures that are uploaded once and can be shown in many campaigns.
media-upload = Upload a picture
media-search = Search by name or description
media-none = No pictures yet
media-none-found = No pictures found
media-none-text = Upload a picture at the bottom of the page. It can then be chosen in every campaign.
media-file = Picture file
media-file-hint = PNG, JPEG, GIF or WebP, at most 12 MB. The picture is made at most 1200 pixels wide, and what it says of place and camera is removed.
media-name-hint = The file's name unless you write another.
media-name-problem = Write a name.
media-alt = What the picture shows
media-alt-hint = Read aloud to whoever does not see the picture, and shown where pictures are switched off.
media-alt-in = Description in { $language }
media-alt-missing = No description
media-size = { $kilobytes } kB
media-picture = The picture
media-pixels = Pixels
media-weight = Size
media-uploaded = Uploaded
media-address = Address
media-used = Shown in
media-unused = No campaign shows the picture.
media-used-others = { $count ->
    [one] one campaign of another unit
   *[other] { $count } campaigns of other units
  }
media-delete = Delete the picture
media-delete-question = Delete the picture { $name }?
media-delete-text = The picture leaves the library. This cannot be undone.

error-picture-none-title = No picture was chosen
error-picture-none-text = Go back and choose a picture file.
error-picture-kind-title = The file is no picture that can be used
error-picture-kind-text = Save the picture as PNG, JPEG, GIF or WebP and upload it again.
error-picture-large-title = The file is too large
error-picture-large-text = Make the picture smaller than 12 MB and upload it again.
error-picture-pixels-title = The picture has too many pixels
error-picture-pixels-text = Make the picture smaller and upload it again.
error-picture-damaged-title = The picture is damaged
error-picture-damaged-text = Save the picture again and upload it once more.
error-picture-alt-title = The description is too long
error-picture-alt-text = Describe the picture in at most 300 characters.
error-picture-many-title = Many pictures in a short time
error-picture-many-text = The unit has uploaded 300 pictures within the last hour. Wait a little and try again.
error-picture-unit-title = There is no such unit
error-picture-unit-text = Go back and choose a unit that you may write for.
error-picture-used-title = A campaign shows the picture
error-picture-used-text = Take it out of the campaigns that show it first. Pictures of sent campaigns must stay.
